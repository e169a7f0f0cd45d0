"""Every touch on every channel, recorded once for all departments."""

from __future__ import annotations

from piccolo.columns import Date, Integer, Numeric, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from kam.contacts.tables import Contact
from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Money, Revision
from kam.database.engine import DB
from kam.people.tables import Person


class Interaction(Table, db=DB):
    """`feeling` is how the customer felt, from -2 (angry) to 2 (delighted), or null when nobody could tell."""

    id = Key()
    customer = Belongs(Customer)
    channel = Varchar(length=20)
    direction = Varchar(length=10, default="out")
    at = Timestamptz()
    purpose = Varchar(length=300)
    notes = Text(default="")
    outcome = Text(default="")
    next_step = Varchar(length=300, default="")
    next_step_on = Date(null=True, default=None)
    next_step_by = Belongs(Person, null=True, default=None)
    next_step_done_at = Timestamptz(null=True, default=None)
    hours = Numeric(digits=(8, 2), null=True, default=None)
    cost = Money(null=True, default=None)
    currency = Varchar(length=3, default="EUR")
    feeling = SmallInt(null=True, default=None)
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()


class Participant(Table, db=DB):
    """One of ours (`person`) or one of theirs (`contact`) in an interaction."""

    id = Key()
    interaction = Belongs(Interaction, index=True)
    position = Integer(default=1)
    person = Belongs(Person, null=True, default=None)
    contact = Belongs(Contact, null=True, default=None)
