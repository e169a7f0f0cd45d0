"""Cases are records like others: they have a state of their workflow, a row among all records, and the next number.

Where they stood is kept; at the next start each begins in the workflow in that state, and its history says so.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import searched, with_statements

ID = "2026-11-28T00:05:20"

COLUMNS = (
    # What is searched stands in `record`, for every kind alike.
    "ALTER TABLE service_case DROP COLUMN search_text, DROP COLUMN search_grams",
    # A case that was closed without a solution was over when it was last changed.
    "UPDATE service_case SET solved_at = updated_at WHERE solved_at IS NULL AND state NOT IN ('open', 'in_progress')",
)
NUMBERS = (
    "CREATE SEQUENCE service_case_number",
    """
    SELECT setval('service_case_number', 1 + max(substring(number FROM '[0-9]+$')::int), FALSE) FROM service_case
    WHERE number ~ '^S-[0-9]{4}-[0-9]{1,9}$' HAVING count(*) > 0
    """,
    "DROP INDEX service_case_by_number",
)
ORDERS = (
    "CREATE INDEX service_case_by_subject ON service_case (subject, id) WHERE deleted_at IS NULL",
    "CREATE INDEX service_case_by_due_at ON service_case (due_at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX service_case_by_due_at_down ON service_case (due_at DESC NULLS LAST, id DESC)"
    " WHERE deleted_at IS NULL",
    "DROP INDEX service_case_by_day",
)
ROWS = """
    INSERT INTO record (id, kind, customer, number, title, owner, state, deleted_at, words)
    SELECT id, 'case', customer, number, subject, owner, state, deleted_at, concat_ws(' ', number, subject, problem)
    FROM service_case
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kam", description="Cases as records")
    for old, new in {"status": "state", "opened_at": "created_at"}.items():
        manager.rename_column("Case", "service_case", old, new, old, new)
    return with_statements(manager, *COLUMNS, *NUMBERS, *ORDERS, *searched("case"), ROWS)
