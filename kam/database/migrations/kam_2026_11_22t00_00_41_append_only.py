"""The history of records can only grow."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:41"

NO_CHANGE = """
CREATE TRIGGER record_change_stays BEFORE UPDATE OR DELETE ON record_change
    FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
NO_TRUNCATE = """
CREATE TRIGGER record_change_is_kept BEFORE TRUNCATE ON record_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Append-only history of records", NO_CHANGE, NO_TRUNCATE)
