"""Cases: complaints, defects, repairs, queries and requests of customers."""

from __future__ import annotations

from piccolo.columns import Text, Timestamptz, Varchar
from piccolo.table import Table

from kam.contacts.tables import Contact
from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Revision
from kam.database.engine import DB
from kam.orders.tables import Order
from kam.people.tables import Person
from kam.sales.tables import Product


class Case(Table, tablename="service_case", db=DB):
    """`kind` and `priority` are keys in `kam.service.kind`; `state` that of the workflow `service_case`."""

    id = Key()
    number = Varchar(length=40, unique=True)
    customer = Belongs(Customer)
    contact = Belongs(Contact, null=True, default=None)
    sales_order = Belongs(Order, null=True, default=None)
    product = Belongs(Product, null=True, default=None)
    kind = Varchar(length=20, default="complaint")
    priority = Varchar(length=10, default="normal")
    subject = Varchar(length=300)
    problem = Text(default="")
    solution = Text(default="")
    owner = Belongs(Person, null=True, default=None, index=True)
    due_at = Timestamptz(null=True, default=None)
    solved_at = Timestamptz(null=True, default=None)
    satisfaction = Varchar(length=20, default="")
    state = Varchar(length=60)
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()
