"""What the rows of a set change in the records they meet: only cells that are filled and different count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kam.importing.staging import Stage


def changes(columns: Iterable[str], incoming: str = "i", stored: str = "t") -> str:
    """SQL for a JSON object of the columns that differ, each with its old and its new value; `{}` if none does.

    An empty cell says nothing: it never erases what stands in the record.
    """
    pairs = ", ".join(
        f"'{name}', CASE WHEN {incoming}.{name} IS NOT NULL AND {incoming}.{name} IS DISTINCT FROM {stored}.{name} "
        f"THEN jsonb_build_array({stored}.{name}::text, {incoming}.{name}::text) END"
        for name in columns
    )
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"


def assignments(columns: Iterable[str], incoming: str = "i", stored: str = "t") -> str:
    return ", ".join(f"{name} = coalesce({incoming}.{name}, {stored}.{name})" for name in columns)


async def leave_out_repeated(stage: Stage, key: str) -> None:
    """Of the lines with the same key the first counts; an exact copy is told apart from a contradiction."""
    nth = f"row_number() OVER (PARTITION BY {key} ORDER BY line)"
    first = f"first_value(fingerprint) OVER (PARTITION BY {key} ORDER BY line)"
    ranked = f"SELECT line, {nth} AS nth, {first} = fingerprint AS is_copy FROM import_stage s WHERE {key} IS NOT NULL"
    for kind, condition in (("duplicate", "is_copy"), ("repeated_key", "NOT is_copy")):
        await stage.leave_out(kind, f"s.line IN (SELECT line FROM ({ranked}) r WHERE nth > 1 AND {condition})", key)


def later_of(*same: str) -> str:
    """SQL that is true for the rows of `import_row i` behind the first one of those with the `same` columns."""
    known = " AND ".join(f"{column} IS NOT NULL" for column in same)
    nth = f"row_number() OVER (PARTITION BY {', '.join(same)} ORDER BY line)"
    return f"i.line IN (SELECT line FROM (SELECT line, {nth} AS nth FROM import_row WHERE {known}) r WHERE nth > 1)"


async def leave_out_rows(stage: Stage, kind: str, where: str, detail: str = "key", *args: Any) -> None:
    """Takes the rows of `import_row i` that match out of the import and names why."""
    await stage.run(
        f"WITH gone AS (DELETE FROM import_row i WHERE {where} RETURNING line, {detail} AS detail) "
        f"INSERT INTO import_finding SELECT line, '{kind}', detail FROM gone",
        *args,
    )


async def update_changed(stage: Stage, table: str, columns: Mapping[str, str], extra: str, *args: object) -> int:
    """Writes the rows of `import_row i` whose `changes` are not empty into the records they know (`i.known`)."""
    return await stage.run(
        f"UPDATE {table} t SET {assignments(columns)}{extra} FROM import_row i "
        "WHERE i.known = t.id AND i.changes <> '{}'",
        *args,
    )
