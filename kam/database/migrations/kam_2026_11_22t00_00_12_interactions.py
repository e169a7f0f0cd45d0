"""The tables of interactions as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Date, ForeignKey, Integer, Numeric, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:12"


class Contact(Table, tablename="contact"):
    id = UUID(default=NewId(), primary_key=True)


class Customer(Table, tablename="customer"):
    id = UUID(default=NewId(), primary_key=True)


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Interaction(Table, tablename="interaction"):
    id = UUID(default=NewId(), primary_key=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict)
    channel = Varchar(length=20)
    direction = Varchar(length=10, default="out")
    at = Timestamptz()
    purpose = Varchar(length=300)
    notes = Text()
    outcome = Text()
    next_step = Varchar(length=300)
    next_step_on = Date(default=None, null=True)
    next_step_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    next_step_done_at = Timestamptz(default=None, null=True)
    hours = Numeric(default=None, digits=(8, 2), null=True)
    cost = Numeric(default=None, digits=(18, 2), null=True)
    currency = Varchar(length=3, default="EUR")
    feeling = SmallInt(default=None, null=True)
    created_at = Timestamptz()
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


class Participant(Table, tablename="participant"):
    id = UUID(default=NewId(), primary_key=True)
    interaction = ForeignKey(references=Interaction, on_delete=OnDelete.restrict, index=True)
    person = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    contact = ForeignKey(references=Contact, on_delete=OnDelete.restrict)


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of interactions", Interaction, Participant)
