"""The tables and functions of procrastinate, the job queue, as version 3.10 lays them down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from procrastinate.schema import SchemaManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:30"


async def forwards() -> MigrationManager:
    return statements(ID, "Job queue", SchemaManager.get_schema())
