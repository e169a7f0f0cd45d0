"""Each row of facts says of which day it is, so that an older computation never overwrites a newer one."""

from datetime import date

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Date
from piccolo.table import Table

from kam.database.migrating import new_columns

ID = "2026-11-28T00:00:80"


class CustomerFact(Table, tablename="customer_fact"):
    # The first day of all stands for a row that was never computed; a constant default rewrites no row of the table.
    as_of = Date(default=date(1, 1, 1))


async def forwards() -> MigrationManager:
    return new_columns(ID, "The day of the stored facts", CustomerFact)
