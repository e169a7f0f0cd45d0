"""Room for the stages of opportunities that a workflow file names, and for probabilities as other records have them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Numeric, SmallInt, Varchar

ID = "2026-11-28T00:05:00"

COLUMNS = (
    ("stage", Varchar, Varchar, {"length": 60, "default": ""}, {"length": 20, "default": "prospecting"}),
    ("probability", Numeric, SmallInt, {"digits": (5, 2)}, {}),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="Room for stages")
    for name, new, old, params, before in COLUMNS:
        manager.alter_column(
            table_class_name="Opportunity",
            tablename="opportunity",
            column_name=name,
            db_column_name=name,
            params=params,
            old_params=before,
            column_class=new,
            old_column_class=old,
        )
    return manager
