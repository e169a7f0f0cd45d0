"""Customers."""

from __future__ import annotations

from piccolo.columns import Array, Integer, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import Belongs, Key, Money, Revision
from kam.database.engine import DB
from kam.people.tables import Person, Team


class Customer(Table, db=DB):
    """A customer or prospect. `kind`, `industry_stage`, `size` and channels are keys in `kam.customers.terms`."""

    id = Key()
    code = Varchar(length=40, unique=True)
    external_key = Varchar(length=120, null=True, default=None)
    name = Varchar(length=300)
    name_zh = Varchar(length=300, default="")
    kind = Varchar(length=20, default="organisation")
    parent = Belongs("self", null=True, default=None, index=True)
    industry = Varchar(length=120, default="")
    industry_stage = Varchar(length=20, default="")
    size = Varchar(length=20, default="")
    employees = Integer(null=True, default=None)
    country = Varchar(length=120, default="")
    region = Varchar(length=120, default="")
    city = Varchar(length=120, default="")
    address = Text(default="")
    website = Varchar(length=300, default="")
    phone = Varchar(length=60, default="")
    email = Varchar(length=320, default="")
    source = Varchar(length=120, default="")
    tax_number = Varchar(length=60, default="")
    tags = Array(base_column=Varchar(length=60), default=list)
    preferred_channel = Varchar(length=20, default="")
    contact_every_days = Integer(null=True, default=None)
    currency = Varchar(length=3, default="EUR")
    credit_limit = Money(null=True, default=None)
    notes = Text(default="")
    owner = Belongs(Person, null=True, default=None, index=True)
    team = Belongs(Team, null=True, default=None)
    blacklisted_at = Timestamptz(null=True, default=None)
    blacklisted_by = Belongs(Person, null=True, default=None)
    blacklist_reason = Text(default="")
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()
    key_once_per_team = Unique([external_key, team])
