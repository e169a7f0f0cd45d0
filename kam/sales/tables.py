"""Products, and opportunities to sell them."""

from __future__ import annotations

from piccolo.columns import Boolean, Date, Numeric, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Money, Revision
from kam.database.engine import DB
from kam.people.tables import Person


class Product(Table, db=DB):
    """Nobody's. Its code is taken once among those that are not deleted."""

    id = Key()
    code = Varchar(length=60)
    name = Varchar(length=300)
    name_zh = Varchar(length=300, default="")
    family = Varchar(length=120, default="")
    unit = Varchar(length=20, default="")
    list_price = Numeric(digits=(18, 4), null=True, default=None)
    cost = Numeric(digits=(18, 4), null=True, default=None)
    currency = Varchar(length=3, default="EUR")
    active = Boolean(default=True)
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()


class Opportunity(Table, db=DB):
    """A possible sale. `state` is that of the workflow `opportunity`; `probability` in per cent."""

    id = Key()
    external_key = Varchar(length=120, null=True, default=None)
    customer = Belongs(Customer)
    name = Varchar(length=300)
    product = Belongs(Product, null=True, default=None)
    amount = Money(null=True, default=None)
    currency = Varchar(length=3, default="EUR")
    probability = Numeric(digits=(5, 2), null=True, default=None)
    engaged_on = Date(null=True, default=None)
    expected_on = Date(null=True, default=None)
    closed_on = Date(null=True, default=None)
    lost_reason = Text(default="")
    owner = Belongs(Person, null=True, default=None, index=True)
    notes = Text(default="")
    state = Varchar(length=60)
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()
    opportunity_key_once_per_customer = Unique([external_key, customer])
