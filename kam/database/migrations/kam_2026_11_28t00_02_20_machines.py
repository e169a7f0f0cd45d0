"""Which machines act on this database, and by which version and workflow files."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import JSONB, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.migrating import new_tables

ID = "2026-11-28T00:02:20"


class Machine(Table, tablename="machine"):
    name = Varchar(length=200, primary_key=True)
    version = Varchar(length=40)
    workflows = JSONB(default={})
    seen_at = Timestamptz()


async def forwards() -> MigrationManager:
    return new_tables(ID, "Machines that act on this database", Machine)
