"""The tables of facts as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Date, Numeric, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:19"


class MeasuredFact(Table, tablename="measured_fact"):
    id = UUID(default=NewId(), primary_key=True)
    customer = UUID(default=None)
    name = Varchar(length=60)
    value = Numeric(digits=(18, 4))
    measured_on = Date()
    recorded_at = Timestamptz()
    once_a_day = Unique([customer, name, measured_on], name="once_a_day")


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of facts", MeasuredFact)
