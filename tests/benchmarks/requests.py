"""Requests per second of the real server, and in turns with it the same SQL over bare connections.

    python -m tests.benchmarks.loading --customers 100000 --data /tmp/kam-100k
    python -m tests.benchmarks.requests --data /tmp/kam-100k

Server, database and load share the machine. Needs wrk. One answer is looked at before anything is loaded, and after a
write the rows that it left are counted. "Bare" says how often per second as many bare asyncpg connections run the
statements of such a request and nothing else; both take several short turns, and the least and most of them are printed
beside the median.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from kam.database.engine import DB
from kam.settings import read
from kam.starting import started
from tests.benchmarks import bare
from tests.benchmarks.jobs import Job, caller, jobs
from tests.benchmarks.serving import Running, serving
from tests.benchmarks.wrk import Caller, Measured, run

CONNECTIONS = (1, 16)
HEAD = f"{'':32}{'at':>3}{'per second':>20}{'median ms':>11}{'p99 ms':>8}{'failed':>7}{'bare':>20}{'ours / bare':>18}"


@dataclass
class Turns:
    """What the turns of one job gave, ours and bare."""

    ours: list[Measured] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        rates = [one.rate for one in self.ours]
        shares = [ours / raw for ours, raw in zip(rates, self.bare, strict=True)]
        ms, slow = median(one.median for one in self.ours), max(one.p99 for one in self.ours)
        failed = sum(one.failed for one in self.ours)
        return (
            f"{_spread(rates):>20}{ms:>11.2f}{slow:>8.1f}{failed:>7}{_spread(self.bare):>20}"
            f"{median(shares):>7.2f} ({min(shares):.2f}–{max(shares):.2f})"
        )


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):,.0f} ({min(values):,.0f}–{max(values):,.0f})"


async def measure(job: Job, running: Running, by: Caller, turns: int, seconds: int) -> None:
    """Prints a line for each number of connections."""
    job.check(running.address, by)
    first = itertools.count(1) if job.bare else itertools.repeat(0)
    counterpart = await job.counterpart(by)
    used = _warmed(job, running, by, next(first))
    for connections in CONNECTIONS:
        found = Turns()
        for _ in range(turns):
            before = await _written(job)
            result = run(running.address, job.lines, by, connections=connections, seconds=seconds, first=used)
            used += (result.requests + connections) if job.bare else 0
            await _check_written(job, before, result, connections)
            found.ours.append(result)
            found.bare.append(await _bare(counterpart, connections, seconds))
        print(f"{job.title:32}{connections:>3}{found}", flush=True)


def _warmed(job: Job, running: Running, by: Caller, first: int) -> int:
    """The first line that was not used."""
    result = run(running.address, job.lines, by, connections=16, seconds=2, first=first)
    return first + result.requests + 16 if job.bare else 0


async def _written(job: Job) -> int:
    """Once nothing more is being written: what was under way when the load ended still comes."""
    if not job.written:
        return 0
    found, count = -1, int(await DB.fetchval(job.written))
    while count != found:
        await asyncio.sleep(0.3)
        found, count = count, int(await DB.fetchval(job.written))
    return count


async def _check_written(job: Job, before: int, result: Measured, connections: int) -> None:
    """What was answered as done is there, and beside it at most what was under way."""
    new, answered = await _written(job) - before, result.requests - result.failed
    if job.written and not answered <= new <= answered + connections:
        raise SystemExit(f"{job.title}: {answered} were answered, and {new} are there.")


async def _bare(turn: bare.Turn, connections: int, seconds: int) -> float:
    try:
        return await bare.rate(turn, connections, seconds)
    finally:  # they have neither facts nor workflows, and the next start would begin some
        await DB.execute("DELETE FROM customer WHERE code LIKE 'BARE-%'")


def _wanted(all_jobs: Sequence[Job], only: str) -> Iterator[Job]:
    return (job for job in all_jobs if only in job.title)


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--port", type=int, default=8765)
    asked.add_argument("--turns", type=int, default=3)
    asked.add_argument("--seconds", type=int, default=2, help="of each turn")
    asked.add_argument("--only", default="")
    options = asked.parse_args()
    async with started(read({**os.environ, "KAM_DATA": str(options.data)}), pool=16):
        customers = await DB.fetchval("SELECT count(*) FROM customer")
        if await DB.fetchval("SELECT count(*) FROM customer_fact WHERE as_of < (SELECT max(as_of) FROM customer_fact)"):
            raise SystemExit("The facts of this folder were never computed or are of several days: load it anew.")
        by, wanted = await caller(), list(_wanted(await jobs(), options.only))
        with serving(options.data, options.port) as running:
            print(f"{customers:,} customers; first page after {running.started_in:.1f} s\n{HEAD}")
            for job in wanted:
                await measure(job, running, by, options.turns, options.seconds)
            for command, megabytes in running.memory():
                print(f"{megabytes:8.0f} MB  {command}")


if __name__ == "__main__":
    asyncio.run(main())
