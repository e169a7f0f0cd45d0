"""Room for the states of orders that a workflow file names; no order has a state of its own accord, no line a price."""

from decimal import Decimal

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Numeric, Varchar

ID = "2026-11-28T00:06:00"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="Room for the states of orders")
    manager.alter_column(
        "Order", "sales_order", "status", "status", params={"length": 60, "default": ""},
        old_params={"length": 20, "default": "open"}, column_class=Varchar, old_column_class=Varchar,
    )  # fmt: skip
    manager.alter_column(
        "OrderLine", "sales_order_line", "unit_price", "unit_price", params={"null": True, "default": None},
        old_params={"null": False, "default": Decimal(0)}, column_class=Numeric, old_column_class=Numeric,
    )  # fmt: skip
    return manager
