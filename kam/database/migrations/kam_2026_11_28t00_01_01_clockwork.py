"""Who holds what is done by one at a time, and when each job of the clock last ran well."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.migrating import new_tables

ID = "2026-11-28T00:01:01"


class Hold(Table, tablename="hold"):
    name = Varchar(length=200, primary_key=True)
    holder = UUID(default=None, null=True)
    beats = BigInt(default=0)


class PeriodicRun(Table, tablename="periodic_run"):
    name = Varchar(length=60, primary_key=True)
    slot = Timestamptz(default=None, null=True)
    good_at = Timestamptz(default=None, null=True)
    failed_at = Timestamptz(default=None, null=True)
    fault = Varchar(length=400, default="")


async def forwards() -> MigrationManager:
    return new_tables(ID, "Who holds what, and what runs by the clock", Hold, PeriodicRun)
