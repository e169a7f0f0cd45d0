"""Who stands for us with a customer."""

from __future__ import annotations

from piccolo.columns import Date, Varchar
from piccolo.table import Table

from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key
from kam.database.engine import DB
from kam.people.tables import Person


class AccountMember(Table, db=DB):
    """A person's position on an account team (`kam.relationships.positions`), until `until` if it has ended."""

    id = Key()
    customer = Belongs(Customer, index=True)
    person = Belongs(Person, index=True)
    position = Varchar(length=30)
    since = Date()
    until = Date(null=True, default=None)
