"""When the role of a contact was added and changed is always known."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow

ID = "2026-11-28T00:07:01"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="Roles of contacts with their moments")
    for name in ("created_at", "updated_at"):
        manager.alter_column(
            table_class_name="ContactRole",
            tablename="contact_role",
            column_name=name,
            db_column_name=name,
            params={"null": False, "default": TimestamptzNow()},
            old_params={"null": True, "default": None},
            column_class=Timestamptz,
            old_column_class=Timestamptz,
        )
    return manager
