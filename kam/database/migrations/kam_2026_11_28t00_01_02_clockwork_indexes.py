"""Deadlines by what they do, and the end of the queue from which the clock was once served."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:01:02"

STATEMENTS = (
    # Those that act are few among those that remind.
    "CREATE INDEX workflow_deadline_by_name ON workflow_deadline (name, due_at, id) WHERE settled_at IS NULL",
    "DELETE FROM procrastinate_jobs WHERE queue_name = 'periodic'",
    "CREATE INDEX procrastinate_jobs_of_work ON procrastinate_jobs ((args ->> 'work'))",
)


async def forwards() -> MigrationManager:
    return statements(ID, "Indexes for deadlines and works", *STATEMENTS)
