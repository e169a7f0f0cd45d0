"""A workflow may move what belongs to no customer."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID

ID = "2026-11-28T00:04:10"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="Workflows of what is nobody's")
    manager.alter_column(
        table_class_name="WorkflowInstance", tablename="workflow_instance", column_name="customer",
        db_column_name="customer", params={"null": True}, old_params={"null": False}, column_class=UUID,
        old_column_class=UUID, schema=None,
    )  # fmt: skip
    return manager
