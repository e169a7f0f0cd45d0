"""What the role that serves may do with each table: declared here, granted after a migration, compared at a start.

A table that is not named is an ordinary one. What is kept can be added to; what may change of it is named by column.
"""

from __future__ import annotations

from collections.abc import Mapping

from kam.database.engine import DB

Rights = frozenset[str]

READ = frozenset({"SELECT"})
ADDED_TO = READ | {"INSERT"}
ORDINARY = ADDED_TO | {"UPDATE", "DELETE"}

TABLES: Mapping[str, Rights] = {
    "migration": READ,
    "history_seal": READ,
    "history_ledger": READ,
    "record_change": ADDED_TO,
    "quotation_version": ADDED_TO,
    "document": ADDED_TO | {"UPDATE content", "UPDATE cleared_at"},
    "plan_comment": ADDED_TO,
    "workflow_definition": ADDED_TO,
    "workflow_step": ADDED_TO,
    "plan_version": ADDED_TO | {"UPDATE approved_at", "UPDATE approved_by"},
    "workflow_instance": ADDED_TO
    | {f"UPDATE {one}" for one in ("state", "revision", "entered_at", "definition", "head")},
    "workflow_deadline": ADDED_TO | {"UPDATE"},
}
# Where the tables of a refresh of all facts are made and dropped; nothing finds them there without naming it.
SCRATCH = "scratch"

LACKING = (
    "The database role {role} lacks rights that only the owner of the tables can give. Let KAM_OWNER_URL name that "
    "role once; the README has the lines."
)

_THERE = """
SELECT c.relname::text AS name,
    array(SELECT one FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) one
          WHERE has_table_privilege($1, c.oid, one)) AS whole,
    array(SELECT 'UPDATE ' || a.attname FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND NOT has_table_privilege($1, c.oid, 'UPDATE') AND has_column_privilege($1, c.oid, a.attnum, 'UPDATE')
    ) AS columns
FROM pg_class c JOIN pg_class ours ON ours.oid = to_regclass('migration')
WHERE c.relnamespace = ours.relnamespace AND c.relowner = ours.relowner AND c.relkind IN ('r', 'p')
ORDER BY c.relname
"""
_OWNS = "SELECT pg_has_role($1, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('migration')"
_LEFT_OVER = """
SELECT format('DROP TABLE %s', c.oid::regclass) FROM pg_class c
WHERE c.relnamespace = to_regnamespace('scratch') AND c.relkind = 'r' AND c.relowner <> $1::text::regrole
"""


def of(table: str) -> Rights:
    return TABLES.get(table, ORDINARY)


async def there(role: str) -> dict[str, Rights]:
    """What the role may do with each table now."""
    return {row["name"]: frozenset({*row["whole"], *row["columns"]}) for row in await DB.fetch(_THERE, role)}


async def owns(role: str) -> bool:
    """Whether the role may do whatever the owner may; then nothing needs granting, and nothing is refused."""
    return bool(await DB.fetchval(_OWNS, role))


async def wrong(role: str) -> list[str]:
    """The tables with which the role may do more or less than is declared."""
    if await owns(role):
        return []
    return [table for table, rights in (await there(role)).items() if rights != of(table)]


async def grant(role: str) -> None:
    """By the owner: exactly what is declared, and nothing to everybody."""
    quoted = await DB.fetchval("SELECT quote_ident($1)", role)
    schema = await DB.fetchval("SELECT quote_ident(current_schema())")
    async with DB.transaction():
        for statement in [row[0] for row in await DB.fetch(_LEFT_OVER, role)]:
            await DB.execute(statement)
        await DB.execute(f"GRANT USAGE ON SCHEMA {schema} TO {quoted}")
        await DB.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {quoted}")
        await DB.execute(f"GRANT USAGE, CREATE ON SCHEMA {SCRATCH} TO {quoted}")
        await DB.execute("REVOKE EXECUTE ON FUNCTION seal_history_upto FROM PUBLIC")
        for table in await there(role):
            await DB.execute(f'REVOKE ALL ON "{table}" FROM {quoted}, PUBLIC')
            await DB.execute(f'GRANT {_listed(of(table))} ON "{table}" TO {quoted}')


def _listed(rights: Rights) -> str:
    """`UPDATE state` as the grammar has it: `UPDATE (state)`."""
    return ", ".join(f"{verb} ({column})" if column else verb for verb, _, column in _parts(rights))


def _parts(rights: Rights) -> list[tuple[str, str, str]]:
    return [right.partition(" ") for right in sorted(rights)]
