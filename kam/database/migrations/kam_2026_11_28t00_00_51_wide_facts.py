"""Facts hold every sum of amounts that records may have: one that overflowed kept all from being computed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Numeric

ID = "2026-11-28T00:00:51"

DECIMALS = {
    2: (
        "revenue_12m", "revenue_prior_12m", "revenue_90d", "open_opportunity_amount", "expected_opportunity_amount",
        "effort_hours_12m", "effort_cost_12m", "score", "margin_12m", "average_order", "order_delay",
        "contribution_12m", "return_on_effort", "deposits",
    ),
    1: (
        "behaviour_index", "health", "margin_rate", "order_interval_days", "returns_rate", "win_rate", "feeling_index",
        "feeling_trend", "contact_concentration", "days_to_solve", "revenue_trend", "credit_rating", "usage_change",
    ),
    4: ("share_of_revenue",),
}  # fmt: skip
FACTS = [("CustomerFact", "customer_fact", name, 18, after) for after, names in DECIMALS.items() for name in names]


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="Facts as wide as their sums")
    for table, tablename, column, before, after in (*FACTS, ("FactRefresh", "fact_refresh", "revenue_12m", 24, 4)):
        manager.alter_column(
            table_class_name=table,
            tablename=tablename,
            column_name=column,
            db_column_name=column,
            params={"digits": (38, after)},
            old_params={"digits": (before, after)},
            column_class=Numeric,
            old_column_class=Numeric,
        )
    return manager
