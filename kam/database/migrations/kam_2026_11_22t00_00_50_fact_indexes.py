"""What the facts are gathered, sorted and searched by.

Facts of a past date count records that were deleted later, so the indexes by customer hold deleted records too. A row
of facts is rewritten nearly every day: space is left beside it, so that the new version finds a place on the same page.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:50"


async def forwards() -> MigrationManager:
    return statements(
        ID,
        "Indexes of facts",
        "ALTER TABLE customer_fact SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.1)",
        "CREATE INDEX customer_fact_by_score ON customer_fact (score DESC, customer)",
        "CREATE INDEX customer_fact_warned ON customer_fact (warning_level, score DESC) WHERE warning_level > 0",
    )
