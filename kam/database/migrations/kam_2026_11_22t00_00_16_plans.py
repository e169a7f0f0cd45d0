"""The tables of plans as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import JSONB, UUID, Date, ForeignKey, Integer, Numeric, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:16"


class Customer(Table, tablename="customer"):
    id = UUID(default=NewId(), primary_key=True)


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Plan(Table, tablename="plan"):
    id = UUID(default=NewId(), primary_key=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict, index=True)
    title = Varchar(length=300)
    period_start = Date()
    period_end = Date()
    currency = Varchar(length=3, default="EUR")
    budget = Numeric(default=None, digits=(18, 2), null=True)
    supersedes = ForeignKey(references="self", on_delete=OnDelete.restrict)
    author = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    created_at = Timestamptz()
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


class PlanSection(Table, tablename="plan_section"):
    id = UUID(default=NewId(), primary_key=True)
    plan = ForeignKey(references=Plan, on_delete=OnDelete.restrict)
    key = Varchar(length=40)
    text = Text()
    edited_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    edited_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)
    section_once_per_plan = Unique([plan, key], name="section_once_per_plan")


class PlanEditor(Table, tablename="plan_editor"):
    id = UUID(default=NewId(), primary_key=True)
    plan = ForeignKey(references=Plan, on_delete=OnDelete.restrict)
    person = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    editor_once_per_plan = Unique([plan, person], name="editor_once_per_plan")


class Objective(Table, tablename="objective"):
    id = UUID(default=NewId(), primary_key=True)
    plan = ForeignKey(references=Plan, on_delete=OnDelete.restrict, index=True)
    position = Integer(default=1)
    title = Varchar(length=300)
    fact = Varchar(length=60)
    baseline = Numeric(default=None, digits=(18, 2), null=True)
    target = Numeric(default=None, digits=(18, 2), null=True)
    due_on = Date(default=None, null=True)


class Initiative(Table, tablename="initiative"):
    id = UUID(default=NewId(), primary_key=True)
    plan = ForeignKey(references=Plan, on_delete=OnDelete.restrict, index=True)
    objective = ForeignKey(references=Objective, on_delete=OnDelete.restrict, index=True)
    position = Integer(default=1)
    title = Varchar(length=300)
    strategy = Text()


class Action(Table, tablename="action"):
    id = UUID(default=NewId(), primary_key=True)
    initiative = ForeignKey(references=Initiative, on_delete=OnDelete.restrict, index=True)
    position = Integer(default=1)
    title = Varchar(length=300)
    owner = ForeignKey(references=Person, on_delete=OnDelete.restrict, index=True)
    due_on = Date(default=None, null=True)
    done_at = Timestamptz(default=None, null=True)


class Risk(Table, tablename="risk"):
    id = UUID(default=NewId(), primary_key=True)
    plan = ForeignKey(references=Plan, on_delete=OnDelete.restrict, index=True)
    position = Integer(default=1)
    title = Varchar(length=300)
    likelihood = SmallInt(default=3)
    impact = SmallInt(default=3)
    response = Text()
    owner = ForeignKey(references=Person, on_delete=OnDelete.restrict)


class PlanVersion(Table, tablename="plan_version"):
    id = UUID(default=NewId(), primary_key=True)
    plan = ForeignKey(references=Plan, on_delete=OnDelete.restrict)
    number = Integer()
    content = JSONB()
    hash = Varchar(length=64)
    made_at = Timestamptz()
    made_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    approved_at = Timestamptz(default=None, null=True)
    approved_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    version_once_per_plan = Unique([plan, number], name="version_once_per_plan")


class PlanComment(Table, tablename="plan_comment"):
    id = UUID(default=NewId(), primary_key=True)
    plan = ForeignKey(references=Plan, on_delete=OnDelete.restrict, index=True)
    section = Varchar(length=40)
    about = ForeignKey(references="self", on_delete=OnDelete.restrict, index=True)
    event = Varchar(length=20)
    text = Text()
    by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    at = Timestamptz()


async def forwards() -> MigrationManager:
    return new_tables(
        ID,
        "Tables of plans",
        Plan,
        PlanSection,
        PlanEditor,
        Objective,
        Initiative,
        Action,
        Risk,
        PlanVersion,
        PlanComment,
    )
