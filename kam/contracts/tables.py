"""What we and a customer have signed."""

from __future__ import annotations

from piccolo.columns import Date, Text, Timestamptz, Varchar
from piccolo.table import Table

from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Money, Revision
from kam.database.engine import DB
from kam.people.tables import Person
from kam.sales.tables import Product


class Contract(Table, db=DB):
    """`renewal` is a key in `kam.contracts.kind`; `state` that of the workflow `contract`."""

    id = Key()
    number = Varchar(length=40, unique=True)
    customer = Belongs(Customer)
    title = Varchar(length=300)
    product = Belongs(Product, null=True, default=None)
    starts_on = Date()
    ends_on = Date(null=True, default=None)
    notice_on = Date(null=True, default=None)
    value = Money(null=True, default=None)
    currency = Varchar(length=3, default="EUR")
    renewal = Varchar(length=20, default="by_agreement")
    owner = Belongs(Person, null=True, default=None)
    notes = Text(default="")
    state = Varchar(length=60)
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()
