"""What an import brought in is counted for the planner, which only the owner of the tables may do."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:02:30"

ANALYZE = """
CREATE FUNCTION analyze_imported() RETURNS void LANGUAGE sql SECURITY DEFINER
AS 'ANALYZE customer, customer_fact, product, sales_order, sales_order_line, opportunity, workflow_instance'
"""
# A table that a session makes for itself must not stand in for one of these names.
PLACED = """
DO $body$ BEGIN
    EXECUTE format('ALTER FUNCTION analyze_imported() SET search_path = %I, pg_temp', current_schema());
END $body$
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Statistics after imports", ANALYZE, PLACED)
