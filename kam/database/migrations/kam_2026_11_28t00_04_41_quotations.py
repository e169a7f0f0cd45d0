"""Quotations with their lines and versions, and what customers are known by from them."""

from decimal import Decimal

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import JSONB, UUID, Date, ForeignKey, Integer, Numeric, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables, searched, with_statements

ID = "2026-11-28T00:04:41"


class Customer(Table, tablename="customer"):
    id = UUID(default=NewId(), primary_key=True)


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Product(Table, tablename="product"):
    id = UUID(default=NewId(), primary_key=True)


class Quotation(Table, tablename="quotation"):
    id = UUID(default=NewId(), primary_key=True)
    number = Varchar(length=40, unique=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict)
    title = Varchar(length=300)
    valid_until = Date()
    currency = Varchar(length=3, default="EUR")
    total = Numeric(default=Decimal(0), digits=(18, 2))
    cost = Numeric(default=None, digits=(18, 2), null=True)
    owner = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)
    notes = Text()
    state = Varchar(length=60)
    created_at = Timestamptz()
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


class QuotationLine(Table, tablename="quotation_line"):
    id = UUID(default=NewId(), primary_key=True)
    quotation = ForeignKey(references=Quotation, on_delete=OnDelete.restrict)
    position = Integer()
    product = ForeignKey(references=Product, on_delete=OnDelete.restrict, default=None, null=True)
    description = Varchar(length=300)
    quantity = Numeric(digits=(18, 4))
    unit = Varchar(length=20)
    unit_price = Numeric(default=None, digits=(18, 4), null=True)
    unit_cost = Numeric(default=None, digits=(18, 4), null=True)
    amount = Numeric(digits=(18, 2))


class QuotationVersion(Table, tablename="quotation_version"):
    id = UUID(default=NewId(), primary_key=True)
    quotation = ForeignKey(references=Quotation, on_delete=OnDelete.restrict)
    number = Integer()
    content = JSONB()
    sent_at = Timestamptz()
    sent_by = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)
    version_once = Unique([quotation, number])


FACTS = """
ALTER TABLE customer_fact ADD COLUMN open_quotations integer NOT NULL DEFAULT 0,
                          ADD COLUMN open_quotation_amount numeric(38, 2) NOT NULL DEFAULT 0
"""
ORDERS = ("title", "valid_until", "total")


async def forwards() -> MigrationManager:
    return with_statements(
        new_tables(ID, "Quotations", Quotation, QuotationLine, QuotationVersion),
        "CREATE SEQUENCE quotation_number",
        "CREATE INDEX quotation_by_customer ON quotation (customer) WHERE deleted_at IS NULL",
        "CREATE INDEX quotation_by_owner ON quotation (owner) WHERE deleted_at IS NULL",
        "CREATE INDEX quotation_line_by_quotation ON quotation_line (quotation, position)",
        *(f"CREATE INDEX quotation_by_{name} ON quotation ({name}, id) WHERE deleted_at IS NULL" for name in ORDERS),
        "CREATE INDEX quotation_by_total_down ON quotation (total DESC NULLS LAST, id DESC) WHERE deleted_at IS NULL",
        *searched("quotation"),
        "CREATE TRIGGER quotation_version_stays BEFORE UPDATE OR DELETE ON quotation_version"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        FACTS,
    )
