"""What is searched in products stands in columns of its own, as it does in customers: the code first, then both names.
A database that was begun earlier gets the unit of products and order lines here."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:01:20"

TEXT = "lower(code || ' ' || name || ' ' || name_zh)"


async def forwards() -> MigrationManager:
    return statements(
        ID,
        "Searched columns of products",
        "ALTER TABLE product ADD COLUMN IF NOT EXISTS unit varchar(20) NOT NULL DEFAULT ''",
        "ALTER TABLE sales_order_line ADD COLUMN IF NOT EXISTS unit varchar(20) NOT NULL DEFAULT ''",
        f"""
        ALTER TABLE product ADD COLUMN search_text text GENERATED ALWAYS AS ({TEXT}) STORED,
                            ADD COLUMN search_grams text[] GENERATED ALWAYS AS (han_grams({TEXT})) STORED
        """,
        "CREATE INDEX product_search ON product USING gin (search_text gin_trgm_ops)",
        "CREATE INDEX product_search_han ON product USING gin (search_grams)",
        "CREATE INDEX product_by_name ON product (name, id) WHERE active",
    )
