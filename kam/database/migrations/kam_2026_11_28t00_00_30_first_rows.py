"""The first rows of an uploaded file are kept beside it, so that its page need not read it again."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import JSONB

ID = "2026-11-28T00:00:30"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="First rows of uploaded files")
    first = JSONB(null=True, default=None)
    manager.add_column(
        table_class_name="ImportFile",
        tablename="import_file",
        column_name="first",
        db_column_name="first",
        column_class_name="JSONB",
        column_class=JSONB,
        params=first._meta.params,
    )
    return manager
