"""A key from another system is one customer's within a team, and an order's or opportunity's within a customer.

While it was one's in the whole company, a file told by its answer which keys the customers of other teams have, and
two teams that know the same company could not both import it.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar
from piccolo.constraints import Unique

ID = "2026-11-28T00:00:50"

KEYS = (
    ("Customer", "customer", "key_once_per_team", "team"),
    ("Order", "sales_order", "order_key_once_per_customer", "customer"),
    ("Opportunity", "opportunity", "opportunity_key_once_per_customer", "customer"),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="Keys within a team or a customer")
    for name, table, constraint, within in KEYS:
        manager.alter_column(
            table_class_name=name,
            tablename=table,
            column_name="external_key",
            db_column_name="external_key",
            params={"unique": False},
            old_params={"unique": True},
            column_class=Varchar,
            old_column_class=Varchar,
        )
        manager.add_constraint(
            table_class_name=name,
            tablename=table,
            constraint_name=constraint,
            constraint_class=Unique,
            params={"columns": ["external_key", within], "nulls_distinct": True},
        )
    return manager
