"""What the database lacks of the kinds: indexes, sequences, columns of facts, and the row that every record has."""

from __future__ import annotations

from collections.abc import Iterable

from kam.database.engine import DB
from kam.facts import catalogue
from kam.records import fields as f
from kam.records.kind import Kind

# What each index begins with, or what it is over, with the condition under which it holds.
_INDEXES = """
SELECT t.relname AS table, a.attname AS column, (i.indoption[0] & 1) = 1 AS down, i.indisunique AS is_unique,
       c.relname AS name, m.amname AS method,
       coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS condition
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am m ON m.oid = c.relam LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
WHERE t.relname = ANY($1) AND t.relnamespace = 'public'::regnamespace AND i.indisvalid
"""
_FACTS = "SELECT column_name FROM information_schema.columns WHERE table_name = 'customer_fact'"


async def faults(kinds: Iterable[Kind]) -> list[str]:
    return [f"Kind “{kind.name}”: {said}" for kind in kinds for said in await _of_kind(kind)]


async def _of_kind(kind: Kind) -> list[str]:
    return [
        *await _indexes(kind), *await _sequence(kind), *await _facts(kind), *await _rows(kind), *await _rates(kind)
    ]  # fmt: skip


async def _indexes(kind: Kind) -> list[str]:
    found = await DB.fetch(_INDEXES, [kind.sql_table, "record"])
    btrees = [row for row in found if row["table"] == kind.sql_table and row["method"] == "btree"]
    own, down = ({row["column"] for row in btrees if row["down"] == turned} for turned in (False, True))
    sorted_by = [one for one in kind.fields if one.indexed]
    wanted = [one.name for one in sorted_by] + ([kind.belongs.column] if kind.belongs else [])
    searched = {
        row["column"] for row in found if row["table"] == "record" and f"'{kind.name}'::text" in row["condition"]
    }
    unique = {row["name"] for row in found if row["is_unique"]}
    return [
        *(f"no index of `{kind.sql_table}` begins with `{name}`." for name in wanted if name not in own),
        *(
            f"no index of `{kind.sql_table}` is over `{one.name} DESC NULLS LAST`, as its list is sorted downwards."
            for one in sorted_by
            if kind.may_be_empty(one) and one.name not in down
        ),
        *(
            f"no index of `record` is over `{name}` for this kind alone, so search would read them all."
            for name in ("search_text", "search_grams")
            if name not in searched and not kind.is_itself
        ),
        *(f"the unique index `{name}` is not there." for name in kind.taken if name not in unique),
    ]


async def _sequence(kind: Kind) -> list[str]:
    name = f"{kind.sql_table}_number"
    there = not kind.number or await DB.fetchval("SELECT to_regclass($1) IS NOT NULL", name)
    return [] if there else [f"the sequence `{name}` of its numbers is not there."]


async def _facts(kind: Kind) -> list[str]:
    columns = {row["column_name"] for row in await DB.fetch(_FACTS)}
    facts = [fact.name for group in kind.facts for fact in group.facts] + [fact.name for fact in kind.derived]
    return [f"`customer_fact` has no column for the fact `{name}`." for name in facts if name not in columns]


async def _rows(kind: Kind) -> list[str]:
    lost = await DB.fetchval(
        f"SELECT count(*) FROM {kind.sql_table} t"
        " WHERE NOT EXISTS (SELECT FROM record r WHERE r.id = t.id AND r.kind = $1)",
        kind.name,
    )
    stray = await DB.fetchval(
        "SELECT count(*) FROM record r"
        f" WHERE r.kind = $1 AND NOT EXISTS (SELECT FROM {kind.sql_table} t WHERE t.id = r.id)",
        kind.name,
    )
    return [
        *([f"{lost} records have no row in `record`, so that nobody finds them."] if lost else []),
        *([f"{stray} rows of `record` have no record."] if stray else []),
    ]


async def _rates(kind: Kind) -> list[str]:
    """Currencies for which the file of rates has none: amounts in them count in no sum."""
    rates = list(catalogue.current().currencies.rates)
    found = []
    for name in (one.name for one in kind.fields if one.type == f.CURRENCY):
        rows = await DB.fetch(
            f"SELECT {name} AS code, count(*) AS count FROM {kind.sql_table} WHERE deleted_at IS NULL"
            f" AND {name} <> ALL($1) AND {name} <> '' GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
            rates,
        )
        found += [
            f"{row['count']} records are in {row['code']}, for which `workflows/currencies.toml` has no rate, so that"
            " they count in no sum; add the rate."
            for row in rows
        ]
    return found
