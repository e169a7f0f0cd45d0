"""The tables of documents as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Bytea, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:20"


class Document(Table, tablename="document"):
    id = UUID(default=NewId(), primary_key=True)
    kind = Varchar(length=40)
    subject = UUID(default=None, null=True, index=True)
    customer = UUID(default=None, null=True, index=True)
    name = Varchar(length=300)
    media_type = Varchar(length=100)
    content = Bytea()
    sha256 = Varchar(length=64)
    made_at = Timestamptz()
    made_by = UUID(default=None, null=True)


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of documents", Document)
