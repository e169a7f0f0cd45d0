"""What the beginning of a workflow was, which no step moves, and by which rule a step is hashed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Bytea, SmallInt, Varchar
from piccolo.table import Table

from kam.database.migrating import new_columns

ID = "2026-11-28T00:00:70"


class WorkflowStep(Table, tablename="workflow_step"):
    hash_version = SmallInt(default=1)


class WorkflowInstance(Table, tablename="workflow_instance"):
    begun_in = Varchar(length=60)
    begun_under = Varchar(length=64)
    beginning = Bytea(default=None, null=True)


async def forwards() -> MigrationManager:
    return new_columns(ID, "Beginnings of workflows, versions of hashes", WorkflowStep, WorkflowInstance)
