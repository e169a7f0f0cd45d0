"""The tables of customers as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import (
    UUID,
    Array,
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
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:11"


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Team(Table, tablename="team"):
    id = UUID(default=NewId(), primary_key=True)


class Customer(Table, tablename="customer"):
    id = UUID(default=NewId(), primary_key=True)
    code = Varchar(length=40, unique=True)
    external_key = Varchar(length=120, default=None, null=True, unique=True)
    name = Varchar(length=300)
    name_zh = Varchar(length=300)
    kind = Varchar(length=20, default="organisation")
    parent = ForeignKey(references="self", on_delete=OnDelete.restrict, index=True)
    industry = Varchar(length=120)
    industry_stage = Varchar(length=20)
    size = Varchar(length=20)
    employees = Integer(default=None, null=True)
    country = Varchar(length=120)
    region = Varchar(length=120)
    city = Varchar(length=120)
    address = Text()
    website = Varchar(length=300)
    phone = Varchar(length=60)
    email = Varchar(length=320)
    source = Varchar(length=120)
    tax_number = Varchar(length=60)
    tags = Array(base_column=Varchar(length=60))
    preferred_channel = Varchar(length=20)
    contact_every_days = Integer(default=None, null=True)
    currency = Varchar(length=3, default="EUR")
    credit_limit = Numeric(default=None, digits=(18, 2), null=True)
    notes = Text()
    owner = ForeignKey(references=Person, on_delete=OnDelete.restrict, index=True)
    team = ForeignKey(references=Team, on_delete=OnDelete.restrict)
    blacklisted_at = Timestamptz(default=None, null=True)
    blacklisted_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    blacklist_reason = Text()
    created_at = Timestamptz()
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


class Contact(Table, tablename="contact"):
    id = UUID(default=NewId(), primary_key=True)
    name = Varchar(length=200)
    name_zh = Varchar(length=200)
    email = Varchar(length=320)
    phone = Varchar(length=60)
    preferred_channel = Varchar(length=20)
    birthday = Date(default=None, null=True)
    notes = Text()
    created_at = Timestamptz()
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


class ContactRole(Table, tablename="contact_role"):
    id = UUID(default=NewId(), primary_key=True)
    contact = ForeignKey(references=Contact, on_delete=OnDelete.restrict, index=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict, index=True)
    job = Varchar(length=200)
    department = Varchar(length=200)
    reports_to = ForeignKey(references=Contact, on_delete=OnDelete.restrict)
    influence = SmallInt(default=3)
    stance = Varchar(length=20, default="neutral")
    covered_by = ForeignKey(references=Person, on_delete=OnDelete.restrict)
    main = Boolean()
    once_per_customer = Unique([contact, customer], name="once_per_customer")


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of customers", Customer, Contact, ContactRole)
