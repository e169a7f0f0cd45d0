"""How many connections each machine may take, so that their sum can be held against what the database allows."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Integer
from piccolo.table import Table

from kam.database.migrating import new_columns

ID = "2026-11-28T00:03:20"


class Machine(Table, tablename="machine"):
    connections = Integer(default=None, null=True)


async def forwards() -> MigrationManager:
    return new_columns(ID, "Connections of each machine", Machine)
