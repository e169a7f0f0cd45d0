"""The people on the customers' side, and what each is at a customer."""

from __future__ import annotations

from piccolo.columns import Boolean, Date, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Revision
from kam.database.engine import DB
from kam.people.tables import Person


class Contact(Table, db=DB):
    """A person on the customer's side; several customers may have them, each by a `ContactRole`."""

    id = Key()
    name = Varchar(length=200)
    name_zh = Varchar(length=200, default="")
    email = Varchar(length=320, default="")
    phone = Varchar(length=60, default="")
    preferred_channel = Varchar(length=20, default="")
    birthday = Date(null=True, default=None)
    notes = Text(default="")
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()


class ContactRole(Table, db=DB):
    """What a contact is at one customer. `name` is what the contact is called, by which their list is sorted; `owner`
    is who of ours looks after them there."""

    id = Key()
    contact = Belongs(Contact, index=True)
    customer = Belongs(Customer, index=True)
    name = Varchar(length=200, default="")
    job = Varchar(length=200, default="")
    department = Varchar(length=200, default="")
    reports_to = Belongs(Contact, null=True, default=None)
    influence = SmallInt(default=3)
    stance = Varchar(length=20, default="neutral")
    owner = Belongs(Person, null=True, default=None)
    main = Boolean(default=False)
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()
