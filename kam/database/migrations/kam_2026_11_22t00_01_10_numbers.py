"""Indexes that find the next number of an order or a case, without looking at every order and every case there is.

Numbers begin with their day or year, so an index that compares letter by letter finds them whatever the collation.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:01:10"


async def forwards() -> MigrationManager:
    return statements(
        ID,
        "Numbers of orders and cases",
        "CREATE INDEX sales_order_by_number ON sales_order (number varchar_pattern_ops)",
        "CREATE INDEX service_case_by_number ON service_case (number varchar_pattern_ops)",
    )
