"""The clock that each person lives by: the one they chose, and the one that their browser last named."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar
from piccolo.table import Table

from kam.database.migrating import new_columns

ID = "2026-11-28T00:00:81"


class Person(Table, tablename="person"):
    zone = Varchar(length=60, default="")
    seen_zone = Varchar(length=60, default="")


async def forwards() -> MigrationManager:
    return new_columns(ID, "The clocks of people", Person)
