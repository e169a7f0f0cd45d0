"""Orders and their lines. A return is an order with negative quantities."""

from __future__ import annotations

from decimal import Decimal

from piccolo.columns import BigInt, Date, Numeric, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Money, Revision
from kam.database.engine import DB
from kam.people.tables import Person
from kam.sales.tables import Product


class Order(Table, tablename="sales_order", db=DB):
    """`total` and `cost` are the sums of the lines; `state` is that of the workflow `order`."""

    id = Key()
    number = Varchar(length=60)
    external_key = Varchar(length=120, null=True, default=None)
    customer = Belongs(Customer)
    ordered_on = Date()
    state = Varchar(length=60)
    channel = Varchar(length=20, default="")
    currency = Varchar(length=3, default="EUR")
    total = Money(default=Decimal(0))
    cost = Money(null=True, default=None)
    notes = Text(default="")
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()
    order_key_once_per_customer = Unique([external_key, customer])


class OrderLine(Table, tablename="sales_order_line", db=DB):
    id = Key()
    sales_order = Belongs(Order, index=True)
    position = BigInt(default=1)
    product = Belongs(Product, null=True, default=None)
    description = Varchar(length=300, default="")
    quantity = Numeric(digits=(18, 4), default=Decimal(1))
    unit = Varchar(length=20, default="")
    unit_price = Numeric(digits=(18, 4), null=True, default=None)
    unit_cost = Numeric(digits=(18, 4), null=True, default=None)
    amount = Money(default=Decimal(0))
