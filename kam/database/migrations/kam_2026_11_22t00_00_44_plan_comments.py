"""What was said about a plan can be answered and withdrawn, but not changed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:44"

NO_CHANGE = """
CREATE TRIGGER plan_comment_stays BEFORE UPDATE OR DELETE ON plan_comment
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Append-only comments on plans", NO_CHANGE)
