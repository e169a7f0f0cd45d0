"""What is still to be delivered to a customer, and how far that is beyond its credit limit."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:06:02"

FACTS = """
ALTER TABLE customer_fact ADD COLUMN undelivered_amount numeric(38, 2) NOT NULL DEFAULT 0,
                          ADD COLUMN beyond_credit_limit numeric(38, 2) NOT NULL DEFAULT 0
"""
# Few of many are: those that stand in none of the states in which orders of the first workflow file are over.
NOT_OVER = """
CREATE INDEX sales_order_not_over ON sales_order (customer)
WHERE state NOT IN ('delivered', 'returned', 'cancelled')
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Undelivered orders", FACTS, NOT_OVER)
