"""The tables of records as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import JSONB, UUID, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:17"


class RecordChange(Table, tablename="record_change"):
    id = UUID(default=NewId(), primary_key=True)
    record_kind = Varchar(length=40)
    record = UUID(default=None, null=True)
    customer = UUID(default=None, null=True)
    event = Varchar(length=20)
    changes = JSONB()
    by = UUID(default=None, null=True)
    at = Timestamptz()


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of records", RecordChange)
