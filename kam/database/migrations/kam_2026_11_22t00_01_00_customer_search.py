"""What is searched in customers stands in columns of its own.

As an expression it was computed anew for each row that a search looks at, and the planner took it for a hundred times
cheaper than it is. A column has its own statistics, so that a frequent word is found by walking along the names and a
rare one by its index.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:01:00"

TEXT = "lower(name || ' ' || name_zh || ' ' || code)"


async def forwards() -> MigrationManager:
    return statements(
        ID,
        "Searched columns of customers",
        "ALTER FUNCTION han_grams COST 3000",
        "ALTER FUNCTION name_key COST 1000",
        "DROP INDEX customer_search, customer_search_han",
        f"""
        ALTER TABLE customer ADD COLUMN search_text text GENERATED ALWAYS AS ({TEXT}) STORED,
                             ADD COLUMN search_grams text[] GENERATED ALWAYS AS (han_grams({TEXT})) STORED
        """,
        "CREATE INDEX customer_search ON customer USING gin (search_text gin_trgm_ops)",
        "CREATE INDEX customer_search_han ON customer USING gin (search_grams)",
    )
