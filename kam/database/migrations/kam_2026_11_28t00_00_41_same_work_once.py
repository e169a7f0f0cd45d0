"""The same work asked for again while it waits or runs is one work, and the database holds it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:00:41"

# What is being stopped may be asked for anew.
ONCE = """
CREATE UNIQUE INDEX work_once ON work (sameness) WHERE state IN ('waiting', 'running') AND NOT cancel_asked
"""


async def forwards() -> MigrationManager:
    return statements(ID, "The same work once", ONCE)
