"""The tables of sales as they were first laid down."""

from decimal import Decimal

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:13"


class Customer(Table, tablename="customer"):
    id = UUID(default=NewId(), primary_key=True)


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Product(Table, tablename="product"):
    id = UUID(default=NewId(), primary_key=True)
    code = Varchar(length=60, unique=True)
    name = Varchar(length=300)
    name_zh = Varchar(length=300)
    family = Varchar(length=120)
    unit = Varchar(length=20)
    list_price = Numeric(default=None, digits=(18, 4), null=True)
    cost = Numeric(default=None, digits=(18, 4), null=True)
    currency = Varchar(length=3, default="EUR")
    active = Boolean(default=True)


class Order(Table, tablename="sales_order"):
    id = UUID(default=NewId(), primary_key=True)
    number = Varchar(length=60)
    external_key = Varchar(length=120, default=None, null=True, unique=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict)
    ordered_on = Date()
    status = Varchar(length=20, default="open")
    channel = Varchar(length=20)
    currency = Varchar(length=3, default="EUR")
    total = Numeric(digits=(18, 2))
    cost = Numeric(default=None, digits=(18, 2), null=True)
    notes = Text()
    created_at = Timestamptz()
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


class OrderLine(Table, tablename="sales_order_line"):
    id = UUID(default=NewId(), primary_key=True)
    sales_order = ForeignKey(references=Order, on_delete=OnDelete.restrict, index=True)
    position = BigInt(default=1)
    product = ForeignKey(references=Product, on_delete=OnDelete.restrict)
    description = Varchar(length=300)
    quantity = Numeric(default=Decimal("1"), digits=(18, 4))
    unit = Varchar(length=20)
    unit_price = Numeric(digits=(18, 4))
    unit_cost = Numeric(default=None, digits=(18, 4), null=True)
    amount = Numeric(digits=(18, 2))


class Opportunity(Table, tablename="opportunity"):
    id = UUID(default=NewId(), primary_key=True)
    external_key = Varchar(length=120, default=None, null=True, unique=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict)
    name = Varchar(length=300)
    product = ForeignKey(references=Product, on_delete=OnDelete.restrict)
    stage = Varchar(length=20, default="prospecting")
    amount = Numeric(default=None, digits=(18, 2), null=True)
    currency = Varchar(length=3, default="EUR")
    probability = SmallInt(default=None, null=True)
    engaged_on = Date(default=None, null=True)
    expected_on = Date(default=None, null=True)
    closed_on = Date(default=None, null=True)
    lost_reason = Text()
    owner = ForeignKey(references=Person, on_delete=OnDelete.restrict, index=True)
    notes = Text()
    created_at = Timestamptz()
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of sales", Product, Order, OrderLine, Opportunity)
