"""The state of a case has room for the name of any state, and no state of its own accord."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Varchar

ID = "2026-11-28T00:05:21"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="States of cases")
    manager.alter_column(
        "Case", "service_case", "state", "state", params={"length": 60, "default": ""},
        old_params={"length": 20, "default": "open"}, column_class=Varchar, old_column_class=Varchar,
    )  # fmt: skip
    return manager
