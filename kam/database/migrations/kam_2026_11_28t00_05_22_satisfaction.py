"""How content the customer was with what became of a case."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar
from piccolo.table import Table

from kam.database.migrating import new_columns

ID = "2026-11-28T00:05:22"


class Case(Table, tablename="service_case"):
    satisfaction = Varchar(length=20, default="")


async def forwards() -> MigrationManager:
    return new_columns(ID, "Satisfaction with cases", Case)
