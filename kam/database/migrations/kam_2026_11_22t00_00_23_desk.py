"""The tables of desk as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:23"


class PossibleStep(Table, tablename="possible_step"):
    id = UUID(default=NewId(), primary_key=True)
    instance = UUID(default=None)
    transition = Varchar(length=60)
    since = Timestamptz()
    once_per_step = Unique([instance, transition], name="once_per_step")


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of desk", PossibleStep)
