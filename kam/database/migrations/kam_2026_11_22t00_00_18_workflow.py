"""The tables of workflow as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import JSONB, UUID, BigInt, Bytea, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:18"


class WorkflowDefinition(Table, tablename="workflow_definition"):
    hash = Varchar(length=64, primary_key=True)
    workflow = Varchar(length=60, index=True)
    number = Integer()
    source = Text()
    loaded_at = Timestamptz()


class WorkflowInstance(Table, tablename="workflow_instance"):
    id = UUID(default=NewId(), primary_key=True)
    workflow = Varchar(length=60)
    subject = UUID(default=None)
    customer = UUID(default=None, index=True)
    state = Varchar(length=60)
    revision = Integer()
    entered_at = Timestamptz()
    started_at = Timestamptz()
    definition = Varchar(length=64)
    head = Bytea(default=None, null=True)
    once_per_subject = Unique([workflow, subject], name="once_per_subject")


class WorkflowStep(Table, tablename="workflow_step"):
    id = UUID(default=NewId(), primary_key=True)
    instance = ForeignKey(references=WorkflowInstance, on_delete=OnDelete.restrict)
    number = BigInt()
    transition = Varchar(length=60)
    from_state = Varchar(length=60)
    to_state = Varchar(length=60)
    at = Timestamptz()
    by = UUID(default=None, null=True)
    trigger = Varchar(length=120, default=None, null=True)
    comment = Text()
    fields = JSONB()
    facts = JSONB()
    definition = Varchar(length=64)
    request = Varchar(length=80, default=None, null=True)
    previous = Bytea(default=None, null=True)
    hash = Bytea(default=None, null=True)
    once_per_number = Unique([instance, number], name="once_per_number")


class WorkflowDeadline(Table, tablename="workflow_deadline"):
    id = UUID(default=NewId(), primary_key=True)
    instance = ForeignKey(references=WorkflowInstance, on_delete=OnDelete.restrict)
    step = Integer()
    name = Varchar(length=60)
    due_at = Timestamptz()
    settled_at = Timestamptz(default=None, null=True)
    outcome = Varchar(length=400)


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of workflow", WorkflowDefinition, WorkflowInstance, WorkflowStep, WorkflowDeadline)
