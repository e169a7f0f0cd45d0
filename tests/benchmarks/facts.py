"""How long the facts take: all customers, one customer, and each trigger over all of them.

    python -m tests.benchmarks.facts --data /tmp/kam-100k

`raw` is the aggregation of the same records by the same statements over a bare connection, without putting together,
scoring, ranking and writing.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from kam.database.connecting import connected
from kam.database.engine import DB
from kam.facts.catalogue import current
from kam.facts.gathering import gather
from kam.facts.refreshing import SETTINGS, refresh
from kam.facts.statement import fill
from kam.facts.storing import refresh_one
from kam.settings import read
from kam.vocabulary import VOCABULARY
from kam.workflow.loading import load
from kam.workflow.registry import Workflows, install
from kam.workflow.triggering import matches

WORKFLOWS = Path(__file__).parents[2] / "workflows"


async def seconds(work: Callable[[], Awaitable[Any]]) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


async def of_all(url: str, now: datetime) -> None:
    """Tomorrow every fact that counts days is another, so that every row is written."""
    customers = await DB.fetchval("SELECT count(*) FROM customer")
    orders = await DB.fetchval("SELECT count(*) FROM sales_order")
    tomorrow = await DB.fetchval("SELECT max(as_of) + 1 FROM fact_refresh") or now.date()
    whole = await seconds(lambda: refresh(as_of=tomorrow, now=now))
    again = await seconds(lambda: refresh(as_of=tomorrow, now=now))
    bare = await _raw(url, now)
    print(f"refresh of {customers:,} customers with {orders:,} orders: {whole:.1f} s, all rows changed")
    print(f"refresh again, nothing changed: {again:.1f} s")
    print(f"raw aggregation: {bare:.1f} s; ratio {whole / bare:.2f}")


async def _raw(url: str, now: datetime) -> float:
    link = await asyncpg.connect(url)
    try:
        begun = time.perf_counter()
        async with link.transaction():
            for setting in SETTINGS:
                await link.execute(setting)
            for group in current().groups:
                sql = fill(group.sql, current().currencies, as_of=f"DATE '{now.date()}'")
                await link.execute(f"CREATE TEMP TABLE raw_{group.name} ON COMMIT DROP AS {sql}")
        return time.perf_counter() - begun
    finally:
        await link.close()


async def of_one(now: datetime, times: int = 500) -> None:
    ids = [row["id"] for row in await DB.fetch("SELECT id FROM customer ORDER BY code LIMIT $1", times)]
    few = frozenset({"days_since_contact", "approved_plan", "warning_level", "open_complaints", "champions"})
    works: dict[str, Callable[[Any], Awaitable[Any]]] = {
        "gather five facts of one customer": lambda id: gather("customer", id, as_of=now.date(), names=few),
        "gather all facts of one customer": lambda id: gather("customer", id, as_of=now.date()),
        "refresh one customer": lambda id: refresh_one(id, as_of=now.date(), now=now),
    }
    async with DB.transaction() as transaction:
        for title, work in works.items():
            taken = [await seconds(lambda id=id, work=work: work(id)) for id in ids]  # type: ignore[misc]
            print(f"{title}: median {statistics.median(taken) * 1000:.2f} ms, worst {max(taken) * 1000:.1f} ms")
        await transaction.rollback()


async def of_triggers(workflows: Workflows, now: datetime) -> None:
    for definition in workflows.definitions.values():
        for trigger in definition.triggers.values():
            taken = [await seconds(lambda d=definition, t=trigger: matches(d, t, now=now)) for _ in range(3)]  # type: ignore[misc]
            found = len(await matches(definition, trigger, now=now))
            print(f"trigger {definition.name}.{trigger.name}: {min(taken):.3f} s, {found:,} match")


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--only", choices=("all", "one", "triggers"), action="append")
    options = asked.parse_args()
    parts = options.only or ["all", "one", "triggers"]
    now = datetime.now(UTC)
    async with connected(read({**os.environ, "KAM_DATA": str(options.data)}), pool=2) as url:
        workflows = load(WORKFLOWS, VOCABULARY)
        install(workflows)
        if "all" in parts:
            await of_all(url, now)
        if "one" in parts:
            await of_one(now)
        if "triggers" in parts:
            await of_triggers(workflows, now)


if __name__ == "__main__":
    asyncio.run(main())
