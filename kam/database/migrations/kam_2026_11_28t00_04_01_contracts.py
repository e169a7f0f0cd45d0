"""Contracts, and what customers are known by from them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Date, ForeignKey, Integer, Numeric, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables, searched, with_statements

ID = "2026-11-28T00:04:01"


class Customer(Table, tablename="customer"):
    id = UUID(default=NewId(), primary_key=True)


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Product(Table, tablename="product"):
    id = UUID(default=NewId(), primary_key=True)


class Contract(Table, tablename="contract"):
    id = UUID(default=NewId(), primary_key=True)
    number = Varchar(length=40, unique=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict)
    title = Varchar(length=300)
    product = ForeignKey(references=Product, on_delete=OnDelete.restrict, default=None, null=True)
    starts_on = Date()
    ends_on = Date(default=None, null=True)
    notice_on = Date(default=None, null=True)
    value = Numeric(default=None, digits=(18, 2), null=True)
    currency = Varchar(length=3, default="EUR")
    renewal = Varchar(length=20, default="by_agreement")
    owner = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)
    notes = Text()
    state = Varchar(length=60)
    created_at = Timestamptz()
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


FACTS = """
ALTER TABLE customer_fact ADD COLUMN contracts_in_force integer NOT NULL DEFAULT 0,
                          ADD COLUMN days_to_next_notice integer, ADD COLUMN contract_days_left integer
"""
ORDERS = ("title", "starts_on", "ends_on", "notice_on", "value")


async def forwards() -> MigrationManager:
    return with_statements(
        new_tables(ID, "Contracts", Contract),
        "CREATE SEQUENCE contract_number",
        "CREATE INDEX contract_by_customer ON contract (customer) WHERE deleted_at IS NULL",
        "CREATE INDEX contract_by_owner ON contract (owner) WHERE deleted_at IS NULL",
        *(f"CREATE INDEX contract_by_{name} ON contract ({name}, id) WHERE deleted_at IS NULL" for name in ORDERS),
        *searched("contract"),
        FACTS,
    )
