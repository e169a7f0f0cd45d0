"""The next free customer code, and names as two people would recognise them as the same."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-22T00:00:42"

CODE = "CREATE SEQUENCE customer_code"

# Without case, spaces, punctuation and the legal form: "Acme Co., Ltd." and "ACME" are one,
# as are 昆跃有限公司 and 昆跃.
NAME_KEY = r"""
CREATE FUNCTION name_key(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT coalesce(
        nullif(regexp_replace(lower(said),
            '\m(incorporated|inc|limited|ltd|llc|corporation|corp|company|co|gmbh|ag|kg|sa|srl|spa|bv|nv|ab|as|oy|plc)\M'
            || '|股份|有限责任公司|有限公司|有限|公司|[^[:alnum:]]', '', 'g'), ''),
        lower(said))
$$
"""
SAME_NAME = "CREATE INDEX customer_by_name_key ON customer (name_key(name)) WHERE deleted_at IS NULL"
SAME_CHINESE_NAME = (
    "CREATE INDEX customer_by_chinese_name_key ON customer (name_key(name_zh))"
    " WHERE deleted_at IS NULL AND name_zh <> ''"
)


async def forwards() -> MigrationManager:
    return statements(ID, "Codes and likeness of customers", CODE, NAME_KEY, SAME_NAME, SAME_CHINESE_NAME)
