"""Fills a database with a large, believable book of business by set-based SQL.

    python -m tests.benchmarks.loading --customers 100000 --data /tmp/kam-100k

Ten orders, one interaction and one contact for each customer, opportunities and cases for some, all workflow
instances and facts. `KAM_DATABASE_URL` may name another server instead of `--data`. Made once, used by all benchmarks.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from kam.database.connecting import connected
from kam.database.engine import DB, Link
from kam.database.preparing import prepare
from kam.database.roles import SUPERUSER
from kam.facts.refreshing import refresh
from kam.jobs.clockwork import moment
from kam.schedule import SCHEDULE
from kam.settings import read
from kam.starting import put_in_force
from tests.benchmarks.book import STEPS, TABLES


async def load(customers: int, *, now: datetime, orders: int = 10, lines: int = 0) -> None:
    """Loads into the open, migrated, empty database."""
    sizes = {"customers": customers, "orders": orders, "lines": lines}
    async with DB.connection() as link:
        await link.execute("SET session_replication_role = replica")  # the rows are right by construction
        await link.execute("SET synchronous_commit = off")
        indexes = await _drop_indexes(link)
        for title, statement in STEPS:
            await _timed(link, title, statement.format(now=f"TIMESTAMPTZ '{now.isoformat()}'", **sizes))
        for definition in indexes:
            await _timed(link, definition.split(" USING ")[0], definition)
        await link.execute("RESET session_replication_role")
        await link.execute("RESET synchronous_commit")
        await _timed(link, "analyze", "ANALYZE")


@asynccontextmanager
async def superior() -> AsyncIterator[None]:
    """Who drops indexes and spares references: the superuser of the embedded server, or whom KAM_DATABASE_URL names."""
    if "host" not in DB.config:
        yield
        return
    place = {name: DB.config[name] for name in ("host", "port", "database")}
    with DB.set_aside():
        await DB.open(2, user=SUPERUSER, **place)
        try:
            yield
        finally:
            await DB.close()


async def _drop_indexes(link: Link) -> list[str]:
    """Building an index once is several times faster than keeping it up row by row."""
    rows = await link.fetch(
        """
        SELECT indexname, indexdef FROM pg_indexes i
        WHERE schemaname = 'public' AND tablename = ANY($1)
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conname = i.indexname)
        """,
        list(TABLES),
    )
    for row in rows:
        await link.execute(f'DROP INDEX "{row["indexname"]}"')
    return [row["indexdef"] for row in rows]


async def _timed(link: Link, title: str, statement: str) -> None:
    begun = time.perf_counter()
    await link.execute(statement, timeout=3600)
    print(f"{time.perf_counter() - begun:8.1f} s  {title}", flush=True)


async def _note_that_all_has_run(now: datetime) -> None:
    """Or the first server on the folder would make up for the night while it is measured."""
    for job in SCHEDULE:
        await DB.execute(
            "INSERT INTO periodic_run (name, slot, good_at) VALUES ($1, $2, $3)", job.name, moment(job.cron, now), now
        )


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--customers", type=int, default=100_000)
    asked.add_argument("--orders", type=int, default=10)
    asked.add_argument("--lines", type=int, default=0, help="lines of each order")
    asked.add_argument("--data", type=Path, required=True)
    options = asked.parse_args()
    now = datetime.now(UTC)
    put_in_force()
    settings = read({**os.environ, "KAM_DATA": str(options.data)})
    async with connected(settings, pool=2):
        await prepare(settings)
        if await DB.fetchval("SELECT EXISTS (SELECT FROM customer)"):
            raise SystemExit("The database already holds customers; give another --data.")
        async with superior():
            await load(options.customers, now=now, orders=options.orders, lines=options.lines)
        begun = time.perf_counter()
        await refresh(as_of=now.date(), now=now)
        print(f"{time.perf_counter() - begun:8.1f} s  facts", flush=True)
        async with superior():
            await DB.execute("VACUUM ANALYZE customer_fact")
        await _note_that_all_has_run(now)


if __name__ == "__main__":
    asyncio.run(main())
