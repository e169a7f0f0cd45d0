"""Who else sells to our customers, and how they stand there."""

from __future__ import annotations

from piccolo.columns import Numeric, Text, Timestamptz, Varchar
from piccolo.table import Table

from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Revision
from kam.database.engine import DB
from kam.people.tables import Person


class Competitor(Table, db=DB):
    """Nobody's: everybody knows the same of a competitor."""

    id = Key()
    name = Varchar(length=300)
    name_zh = Varchar(length=300, default="")
    website = Varchar(length=300, default="")
    offer = Text(default="")
    strengths = Text(default="")
    weaknesses = Text(default="")
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()


class CompetitorPosition(Table, db=DB):
    """How a competitor stands at one customer; `share` is the part of what the customer buys, in per cent."""

    id = Key()
    customer = Belongs(Customer)
    competitor = Belongs(Competitor)
    offer = Varchar(length=300)
    share = Numeric(digits=(5, 2), null=True, default=None)
    standing = Varchar(length=20, default="present")
    strengths = Text(default="")
    weaknesses = Text(default="")
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()
