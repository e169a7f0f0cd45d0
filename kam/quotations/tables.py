"""What we have offered, line by line, and each version that was sent."""

from __future__ import annotations

from piccolo.columns import JSONB, Date, Integer, Numeric, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Money, Revision
from kam.database.engine import DB
from kam.people.tables import Person
from kam.sales.tables import Product


class Quotation(Table, db=DB):
    """`total` and `cost` are the sums of the lines; `state` that of the workflow `quotation`."""

    id = Key()
    number = Varchar(length=40, unique=True)
    customer = Belongs(Customer)
    title = Varchar(length=300)
    valid_until = Date()
    currency = Varchar(length=3, default="EUR")
    total = Money()
    cost = Money(null=True, default=None)
    owner = Belongs(Person, null=True, default=None)
    notes = Text(default="")
    state = Varchar(length=60)
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()


class QuotationLine(Table, db=DB):
    """A product or a description, or both."""

    id = Key()
    quotation = Belongs(Quotation)
    position = Integer()
    product = Belongs(Product, null=True, default=None)
    description = Varchar(length=300, default="")
    quantity = Numeric(digits=(18, 4))
    unit = Varchar(length=20, default="")
    unit_price = Numeric(digits=(18, 4), null=True, default=None)
    unit_cost = Numeric(digits=(18, 4), null=True, default=None)
    amount = Money()


class QuotationVersion(Table, db=DB):
    """What the customer got: written once, when it was sent."""

    id = Key()
    quotation = Belongs(Quotation)
    number = Integer()
    content = JSONB()
    sent_at = Timestamptz()
    sent_by = Belongs(Person, null=True, default=None)
    version_once = Unique([quotation, number])
