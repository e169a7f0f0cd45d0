"""Room for the role that serves, which owns no table: a schema for tables that come and go, and what only owners do."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:00:75"

SCRATCH = "CREATE SCHEMA scratch"

ANALYZE = """
CREATE FUNCTION analyze_customer_fact() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'ANALYZE customer_fact'
"""

# A table that a session makes for itself must not stand in for one of these names.
PLACED = """
DO $body$
DECLARE
    placed text;
BEGIN
    FOREACH placed IN ARRAY ARRAY['analyze_customer_fact', 'workflow_step_chain', 'workflow_instance_begins',
                                  'workflow_instance_moves', 'plan_version_approved_once', 'refuse_change'] LOOP
        EXECUTE format('ALTER FUNCTION %I() SET search_path = %I, pg_temp', placed, current_schema());
    END LOOP;
END $body$
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Two roles", SCRATCH, ANALYZE, PLACED)
