"""Competitors, their positions at customers, and what customers are known by from them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, Numeric, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables, searched, with_statements

ID = "2026-11-28T00:04:40"


class Customer(Table, tablename="customer"):
    id = UUID(default=NewId(), primary_key=True)


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Competitor(Table, tablename="competitor"):
    id = UUID(default=NewId(), primary_key=True)
    name = Varchar(length=300)
    name_zh = Varchar(length=300)
    website = Varchar(length=300)
    offer = Text()
    strengths = Text()
    weaknesses = Text()
    created_at = Timestamptz()
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


class CompetitorPosition(Table, tablename="competitor_position"):
    id = UUID(default=NewId(), primary_key=True)
    customer = ForeignKey(references=Customer, on_delete=OnDelete.restrict)
    competitor = ForeignKey(references=Competitor, on_delete=OnDelete.restrict)
    offer = Varchar(length=300)
    share = Numeric(default=None, digits=(5, 2), null=True)
    standing = Varchar(length=20, default="present")
    strengths = Text()
    weaknesses = Text()
    created_at = Timestamptz()
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)


FACTS = """
ALTER TABLE customer_fact ADD COLUMN competitors_present integer, ADD COLUMN largest_competitor_share numeric(38, 1)
"""


async def forwards() -> MigrationManager:
    return with_statements(
        new_tables(ID, "Competitors", Competitor, CompetitorPosition),
        "CREATE INDEX competitor_by_name ON competitor (name, id) WHERE deleted_at IS NULL",
        "CREATE UNIQUE INDEX competitor_name_key ON competitor (folded(name)) WHERE deleted_at IS NULL",
        "CREATE INDEX competitor_position_by_customer ON competitor_position (customer) WHERE deleted_at IS NULL",
        "CREATE INDEX competitor_position_by_competitor ON competitor_position (competitor)",
        "CREATE INDEX competitor_position_by_offer ON competitor_position (offer, id) WHERE deleted_at IS NULL",
        "CREATE INDEX competitor_position_by_share ON competitor_position (share, id) WHERE deleted_at IS NULL",
        "CREATE INDEX competitor_position_by_share_down ON competitor_position (share DESC NULLS LAST, id DESC)"
        " WHERE deleted_at IS NULL",
        *searched("competitor"),
        *searched("competitor_position"),
        FACTS,
    )
