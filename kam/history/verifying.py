"""Whether everything that was sealed is still there as it was, and the seals too."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from kam.database.engine import DB

Columns: TypeAlias = tuple[str, ...]

KEPT = (
    "record_change", "document", "plan_comment", "plan_version", "workflow_definition", "workflow_instance",
    "workflow_step",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seal:
    """`contents`: by table its columns, the number of rows and their digest."""

    number: int
    after: int
    upto: int
    at: datetime
    contents: Mapping[str, Any]
    hash: bytes
    sound: bool

    def __str__(self) -> str:
        return f"Seal {self.number} of {self.at:%Y-%m-%d %H:%M}"


_SEALS = """
SELECT number, after, upto, at, contents::text AS contents, hash, coalesce(
    hash = history_seal_hash(s) AND previous IS NOT DISTINCT FROM lag(hash) OVER seals
    AND number = row_number() OVER seals AND after = coalesce(lag(upto) OVER seals, 0), FALSE) AS sound
FROM history_seal s WINDOW seals AS (ORDER BY number) ORDER BY number
"""


async def seals() -> list[Seal]:
    return [Seal(**{**row, "contents": json.loads(row["contents"])}) for row in await DB.fetch(_SEALS)]


async def unsealed() -> int:
    """How many entries were numbered since the last seal."""
    count: int = await DB.fetchval(
        "SELECT CASE WHEN is_called THEN last_value ELSE 0 END - (SELECT sealed FROM history_ledger) FROM history_entry"
    )
    return count


# Numbers that no seal reaches, or that two rows have: nobody gives them but who writes one by hand.
_NUMBERED = """
WITH last AS (SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS entry FROM history_entry)
SELECT count(*) FROM {table} WHERE entry < 1 OR entry > (SELECT entry FROM last)
"""


async def faults(made: list[Seal]) -> AsyncIterator[str]:
    for table in KEPT:
        if strange := await DB.fetchval(_NUMBERED.format(table=table)):
            yield f"{strange:,} rows of {table} have numbers that were never given, so that no seal would hold them."
    for seal in made:
        if not seal.sound:
            yield f"{seal} is not what was sealed, or does not follow the one before it."
    if not await _are_all(made):
        yield "The ledger of the seals and the seals themselves do not agree: seals are missing, or were added."
    if all(seal.sound for seal in made):
        async for fault in _opened(made):
            yield fault


async def _are_all(made: list[Seal]) -> bool:
    ledger = await DB.fetchrow("SELECT seals, sealed, head FROM history_ledger")
    last = made[-1] if made else None
    there = (len(made), last.upto if last else 0, last.hash if last else None)
    return ledger is not None and (ledger["seals"], ledger["sealed"], ledger["head"]) == there


async def _opened(made: list[Seal]) -> AsyncIterator[str]:
    """One pass over each table, for all seals at once."""
    for table, columns in sorted({pair for seal in made for pair in _looked_at(seal)}):
        there = await _digests(table, columns, [made[0].after, *(seal.upto for seal in made)])
        for place, seal in enumerate(made, 1):
            sealed = seal.contents.get(table)
            if sealed and tuple(sealed["columns"]) == columns:
                rows, digest = there.get(place, (0, None))
                if (rows, digest) != (sealed["rows"], sealed["digest"]):
                    yield _sentence(seal, table, sealed["rows"], rows)


def _looked_at(seal: Seal) -> Iterable[tuple[str, Columns]]:
    return ((table, tuple(sealed["columns"])) for table, sealed in seal.contents.items())


async def _digests(table: str, columns: Columns, bounds: list[int]) -> dict[int, tuple[int, str]]:
    rows = await DB.fetch("SELECT * FROM history_digest($1, $2, $3)", table, list(columns), bounds)
    return {row["bucket"]: (row["rows"], row["digest"]) for row in rows}


def _sentence(seal: Seal, table: str, sealed: int, there: int) -> str:
    if there != sealed:
        return f"{seal} holds {sealed} rows of {table}, but {there} are there."
    return f"{seal} holds other rows of {table} than those that are there."
