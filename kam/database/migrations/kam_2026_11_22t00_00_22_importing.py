"""The tables of importing as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import JSONB, UUID, Bytea, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:22"


class ImportFile(Table, tablename="import_file"):
    id = UUID(default=NewId(), primary_key=True)
    kind = Varchar(length=20)
    name = Varchar(length=300)
    content = Bytea()
    options = JSONB()
    mapping = JSONB()
    work = UUID(default=None, null=True)
    uploaded_by = UUID(default=None, null=True, index=True)
    uploaded_at = Timestamptz()


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of importing", ImportFile)
