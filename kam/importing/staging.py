"""Rows on their way into the records: copied into temporary tables, sorted out there by statements over all at once.

Everything happens in the caller's transaction, so that an import is there as a whole or not at all, and a dry run
is the real run, taken back at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from asyncpg import Connection

from kam.database.engine import DB
from kam.importing import apart, kinds
from kam.importing.fields import DATE, DECIMAL, INTEGER, FileKind
from kam.importing.judging import Copied
from kam.importing.layout import Layout
from kam.importing.source import Source

# done, what is being done; raises when the person asked to stop
Progress = Callable[[int, str], Awaitable[None]]

# Every temporary table of an import; they end with their transaction, or when the next import begins within it.
_TABLES = (
    "stage", "finding", "touched", "customer", "newcomer", "line", "row", "known", "parent", "owner", "team",
    "product", "given", "record",
)  # fmt: skip
_LISTENS_EVERY = 0.3  # seconds
_TYPES = {DECIMAL: "numeric", INTEGER: "integer", DATE: "date"}


@dataclass(slots=True)
class Stage:
    """The temporary tables on one connection: `import_stage` (a row per good line), `import_finding` (what is odd)
    and `import_touched` (the customers whose facts may have changed).
    """

    connection: Connection
    kind: FileKind
    mapped: frozenset[str]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    async def run(self, sql: str, *args: Any) -> int:
        """How many rows the statement touched."""
        status = await self.connection.execute(sql, *args)
        return int(status.rsplit(" ", 1)[-1]) if status[-1:].isdigit() else 0

    async def leave_out(self, kind: str, where: str, detail: str = "NULL", *args: Any) -> int:
        """Takes the lines of `import_stage s` that match out of the import and names why."""
        return await self.run(
            f"WITH gone AS (DELETE FROM import_stage s WHERE {where} RETURNING s.line, {detail} AS detail) "
            f"INSERT INTO import_finding SELECT line, '{kind}', detail FROM gone",
            *args,
        )

    async def note(self, kind: str, where: str, detail: str = "NULL", *args: Any) -> int:
        """Names what is odd about the lines of `import_stage s` that match, and keeps them."""
        return await self.run(
            f"INSERT INTO import_finding SELECT s.line, '{kind}', {detail} FROM import_stage s WHERE {where}", *args
        )

    def count(self, table: str, **counts: int) -> None:
        self.counts.setdefault(table, {}).update(counts)


def connection() -> Connection:
    """The connection of the current transaction; COPY and temporary tables need to stay on one."""
    current = DB.current_transaction.get()
    if current is None:
        raise RuntimeError("An import runs inside a transaction.")
    return current.connection


async def stage(
    source: Source, kind: FileKind, layout: Layout, columns: Mapping[str, int], width: int, progress: Progress
) -> tuple[Stage, int]:
    """Reads the whole file into the temporary tables; returns them and how many rows were read."""
    staged = Stage(connection(), kind, frozenset(columns))
    await _create(staged)
    async with apart.judged(source, layout, kinds.sent(kind), columns, width) as batches:
        rows = await _copy(staged, batches, list(columns), progress)
    await staged.connection.execute("ANALYZE import_stage")
    return staged, rows


async def _create(staged: Stage) -> None:
    columns = ", ".join(f"{item.name} {_TYPES.get(item.kind, 'text')}" for item in staged.kind.fields)
    tables = (f"pg_temp.import_{name}" for name in _TABLES)
    await staged.connection.execute(
        f"DROP TABLE IF EXISTS {', '.join(tables)};"
        f"CREATE TEMP TABLE import_stage (line bigint, fingerprint bigint, {columns}) ON COMMIT DROP;"
        "CREATE TEMP TABLE import_finding (line bigint, kind text, detail text) ON COMMIT DROP;"
        "CREATE TEMP TABLE import_touched (customer uuid) ON COMMIT DROP"
    )


async def _copy(staged: Stage, batches: AsyncIterator[Copied], names: list[str], progress: Progress) -> int:
    """The child judges the next rows while the database takes the last ones."""
    done = 0
    upcoming = asyncio.create_task(_next(batches))
    try:
        while batch := await _told(upcoming, done, progress):
            upcoming = asyncio.create_task(_next(batches))
            await _write(staged.connection, batch, names)
            done += batch.rows
    finally:
        upcoming.cancel()
        await asyncio.wait([upcoming])
    return done


async def _next(batches: AsyncIterator[Copied]) -> Copied | None:
    return await anext(batches, None)


async def _told(upcoming: asyncio.Task[Copied | None], done: int, progress: Progress) -> Copied | None:
    """The next batch; meanwhile it is told how far the import is, and heard whether it shall stop."""
    await progress(done, "reading")
    while not (await asyncio.wait({upcoming}, timeout=_LISTENS_EVERY))[0]:
        await progress(done, "reading")
    return upcoming.result()


async def _write(into: Connection, batch: Copied, names: list[str]) -> None:
    if batch.good:
        await into.copy_to_table(
            "import_stage", source=_Bytes(batch.good), columns=["line", "fingerprint", *names], format="text"
        )
    if batch.findings:
        await into.copy_to_table("import_finding", source=_Bytes(batch.findings), format="text")


class _Bytes:
    """What COPY reads from: an asynchronous iterator over one piece."""

    def __init__(self, content: bytes) -> None:
        self.pieces = [content]

    def __aiter__(self) -> _Bytes:
        return self

    async def __anext__(self) -> bytes:
        if not self.pieces:
            raise StopAsyncIteration
        return self.pieces.pop()
