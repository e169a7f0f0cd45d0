"""The oldest of everything that is kept for a time, and what refers to a work, found without reading all."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:02:11"

STATEMENTS = (
    "CREATE INDEX import_file_by_age ON import_file (uploaded_at)",
    "CREATE INDEX import_file_of_work ON import_file (work)",
    "CREATE INDEX document_by_age ON document (made_at) WHERE content IS NOT NULL",
    """
    CREATE INDEX work_by_age ON work (coalesce(finished_at, asked_at)) WHERE state NOT IN ('waiting', 'running')
    """,
    "CREATE INDEX work_of_document ON work (document) WHERE document IS NOT NULL",
    "CREATE INDEX sign_in_attempt_by_age ON sign_in_attempt (at)",
)


async def forwards() -> MigrationManager:
    return statements(ID, "Indexes by age", *STATEMENTS)
