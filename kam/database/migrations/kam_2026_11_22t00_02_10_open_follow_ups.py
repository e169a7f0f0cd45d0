"""What somebody has agreed to do next is found by whose it is and when it is due, among millions of talks."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:02:10"


async def forwards() -> MigrationManager:
    return statements(
        ID,
        "Index of open follow-ups",
        """
        CREATE INDEX interaction_to_follow_up ON interaction (coalesce(next_step_by, created_by), next_step_on)
        WHERE next_step <> '' AND next_step_done_at IS NULL AND deleted_at IS NULL
        """,
    )
