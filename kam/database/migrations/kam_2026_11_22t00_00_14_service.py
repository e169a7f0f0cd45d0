"""The tables of service as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:14"


class Contact(Table, tablename="contact"):
    id = UUID(default=NewId(), primary_key=True)


class Customer(Table, tablename="customer"):
    id = UUID(default=NewId(), primary_key=True)


class Order(Table, tablename="sales_order"):
    id = UUID(default=NewId(), primary_key=True)


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Product(Table, tablename="product"):
    id = UUID(default=NewId(), primary_key=True)


class Case(Table, tablename="service_case"):
    id = UUID(default=NewId(), primary_key=True)
    number = Varchar(length=40, unique=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict)
    contact = ForeignKey(references=Contact, on_delete=OnDelete.restrict)
    sales_order = ForeignKey(references=Order, on_delete=OnDelete.restrict)
    product = ForeignKey(references=Product, on_delete=OnDelete.restrict)
    kind = Varchar(length=20, default="complaint")
    priority = Varchar(length=10, default="normal")
    status = Varchar(length=20, default="open")
    subject = Varchar(length=300)
    problem = Text()
    solution = Text()
    owner = ForeignKey(references=Person, on_delete=OnDelete.restrict, index=True)
    opened_at = Timestamptz()
    due_at = Timestamptz(default=None, null=True)
    solved_at = Timestamptz(default=None, null=True)
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of service", Case)
