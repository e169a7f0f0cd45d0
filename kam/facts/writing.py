"""Writing the facts that a refresh put together, where they changed and nobody wrote them meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime
from functools import partial
from uuid import UUID

from kam.database.engine import Link
from kam.database.retrying import retrying
from kam.facts.catalogue import Catalogue
from kam.facts.sharing import NEW, RANK, SUBJECT, Links, share

Progress = Callable[[int, int], Awaitable[None]]  # done and total; raising from it stops the refresh
Written = dict[str, int]  # by the transaction that wrote them, how many rows

_PATIENCE, _LOOK = 30.0, 0.05  # seconds

_AT_WORK = """
SELECT virtualtransaction AS name FROM pg_locks
WHERE relation = 'customer_fact'::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

_CHUNK = 500  # pages of new rows, some 6,000 customers


async def write_all(
    links: Links, catalogue: Catalogue, total: int, *, as_of: date, now: datetime, progress: Progress | None
) -> Written:
    pages: int = await links[0].fetchval(f"SELECT pg_relation_size('{NEW}') / current_setting('block_size')::int")
    waiting = list(range(0, pages, _CHUNK))
    written: Written = {}

    async def write(link: Link) -> None:
        while waiting:
            first = waiting.pop(0)
            if progress and link is links[0]:
                await progress(total * first // pages, total)
            transaction, rows = await retrying(partial(_write, link, catalogue, first, as_of, now))
            written[transaction] = written.get(transaction, 0) + rows

    await share(links, write)
    if progress:
        await progress(total, total)
    return written


async def at_work(link: Link) -> list[str]:
    """The transactions that are writing facts now, perhaps with the sums of the refresh before."""
    return [row["name"] for row in await link.fetch(_AT_WORK)]


async def ended(link: Link, transactions: list[str]) -> None:
    """Waits for them, as what they write is not seen before; but not for ever, since one may be waiting for us."""
    for _ in range(int(_PATIENCE / _LOOK)):
        if not {*transactions} & {*await at_work(link)}:
            return
        await asyncio.sleep(_LOOK)


async def overtaken(link: Link, written: Collection[str], as_of: date) -> list[UUID]:
    """The customers whose rows others wrote since the refresh began, those that are new since then, and those of a
    later day with the sums of this refresh, if no refresh of all is between them. A row that was written several times
    may lie in its old place again."""
    rows = await link.fetch(
        f"""
        SELECT f.customer FROM customer_fact f LEFT JOIN {SUBJECT} s ON s.subject = f.customer
        WHERE ((f.ctid <> s.place OR f.xmin <> s.version) AND f.xmin::text <> ALL($1))
           OR (s.subject IS NULL AND EXISTS (SELECT FROM customer c WHERE c.id = f.customer AND c.deleted_at IS NULL))
           OR (f.as_of > $2 AND s.subject IS NOT NULL AND NOT EXISTS (
               SELECT FROM fact_refresh r WHERE r.as_of > $2 AND r.as_of <= f.as_of))
        """,
        list(written),
        as_of,
    )
    return [row["customer"] for row in rows]


async def _write(link: Link, catalogue: Catalogue, first: int, as_of: date, now: datetime) -> tuple[str, int]:
    """One chunk in a transaction of its own, so that nobody waits long for a row."""
    names = [*catalogue.customer_facts, "rank"]
    old, new = (", ".join(f"{alias}.{name}" for name in names) for alias in ("f", "n"))
    assignments = ", ".join(f"{name} = n.{name}" for name in names)
    async with link.transaction():
        transaction: str = await link.fetchval("SELECT pg_current_xact_id()::xid::text")
        done: str = await link.execute(
            f"""
            UPDATE customer_fact f SET computed_at = greatest(f.computed_at, $1), as_of = $2, {assignments}
            FROM (SELECT v.*, r.rank FROM {NEW} v JOIN {RANK} r USING (subject)
                  WHERE v.ctid >= $3::tid AND v.ctid < $4::tid) n
            WHERE f.ctid = n.place AND f.customer = n.subject AND f.xmin = n.version AND f.as_of <= $2
              AND (f.as_of, {old}) IS DISTINCT FROM ($2, {new})
            """,
            now,
            as_of,
            (first, 0),
            (first + _CHUNK, 0),
        )
    return transaction, int(done.split()[-1])
