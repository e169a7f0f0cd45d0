"""Names are searched and sorted without regard to case and accents.

What is searched stands in columns of its own: as an expression it was computed anew for each row that a search looks
at, and the planner took it for a hundred times cheaper than it is. A column has its own statistics, so that a frequent
word is found by walking along the names and a rare one by its index. The column for sorting compares letter by letter,
so that the names that begin with a text are a range of it.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:45"

# As kam.database.folding. Plain letters, which most names have, are spared the rest: it takes ten times as long.
FOLDED = r"""
CREATE FUNCTION folded(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(said) = length(said) THEN lower(said) ELSE
        normalize(regexp_replace(normalize(
            replace(replace(replace(replace(translate(lower(said), 'øđłħŧı', 'odlhti'),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        NFD), '[\u0300-\u036f]', '', 'g'), NFC)
    END
$$
"""
SEARCHED = {
    "customer": "name || ' ' || name_zh || ' ' || code",
    "product": "code || ' ' || name || ' ' || name_zh",
    "contact": "name || ' ' || name_zh",
    "opportunity": "name",
    "service_case": "number || ' ' || subject",
}
NAMES = (
    'ALTER TABLE customer ADD COLUMN sort_name text COLLATE "C" GENERATED ALWAYS AS (folded(name)) STORED',
    "CREATE INDEX customer_by_name ON customer (sort_name, id) WHERE deleted_at IS NULL",
    "CREATE INDEX customer_by_team ON customer (team, sort_name, id) WHERE deleted_at IS NULL",
    "CREATE INDEX customer_by_owner ON customer (owner, sort_name, id) WHERE deleted_at IS NULL",
)


def _searched(table: str, text: str) -> tuple[str, ...]:
    return (
        f"""
        ALTER TABLE {table} ADD COLUMN search_text text GENERATED ALWAYS AS (folded({text})) STORED,
                            ADD COLUMN search_grams text[] GENERATED ALWAYS AS (han_grams(folded({text}))) STORED
        """,
        f"CREATE INDEX {table}_search ON {table} USING gin (search_text gin_trgm_ops)",
        f"CREATE INDEX {table}_search_han ON {table} USING gin (search_grams)",
    )


async def forwards() -> MigrationManager:
    columns = [line for table, text in SEARCHED.items() for line in _searched(table, text)]
    return statements(ID, "Searched and sorted names", FOLDED, *columns, *NAMES)
