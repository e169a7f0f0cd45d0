"""What is asked for, so that the same is known again."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar
from piccolo.table import Table

from kam.database.migrating import new_columns

ID = "2026-11-28T00:00:40"


class Work(Table, tablename="work"):
    sameness = Varchar(length=64, default=None, null=True)


async def forwards() -> MigrationManager:
    return new_columns(ID, "What is asked for of works", Work)
