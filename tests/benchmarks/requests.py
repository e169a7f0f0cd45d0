"""Requests per second of the real server, each beside the same SQL over bare connections in the same run.

    python -m tests.benchmarks.loading --customers 100000 --data /tmp/kam-100k
    python -m tests.benchmarks.requests --data /tmp/kam-100k

Server, database and load share the machine. Needs wrk. The second table says how often per second bare asyncpg
connections, as many, run the statements of such a request and nothing else, and what part of it the server reaches.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from kam.clock import now
from kam.database.engine import DB
from kam.people.sessions import open_session
from kam.settings import read
from kam.starting import started
from kam.web.cookies import SESSION
from kam.web.csrf import masked, secret_for
from tests.benchmarks import bare
from tests.benchmarks.bare import Turn
from tests.benchmarks.serving import Running, serving
from tests.benchmarks.wrk import Caller, Measured, run

CONNECTIONS = (1, 16)


@dataclass(frozen=True)
class Job:
    """`lines` as `wrk.run` takes them; a job with a `bare` counterpart of its own writes, and uses each line once."""

    title: str
    lines: Sequence[str]
    bare: Turn | None = None

    async def counterpart(self, caller: Caller) -> Turn:
        return self.bare or bare.reading(await bare.statements_of(self.lines[:200], caller))


async def prepare() -> tuple[Caller, list[Job]]:
    person = await DB.fetchval("SELECT id FROM person WHERE role = 'manager' AND active ORDER BY id LIMIT 1")
    await DB.execute("INSERT INTO membership (person, team) SELECT $1, id FROM team ON CONFLICT DO NOTHING", person)
    cookie = await open_session(person, now=now())
    caller = Caller(f"{SESSION}={cookie}", masked(secret_for(cookie)))
    return caller, [*await _reads(), _creates(), await _advances()]


async def _reads() -> list[Job]:
    rows = await DB.fetch(
        "SELECT id::text, name, name_zh FROM customer WHERE deleted_at IS NULL ORDER BY md5(id::text) LIMIT 2000"
    )
    latin = sorted({word[:6] for row in rows for word in row["name"].split() if len(word) >= 6 and word.isascii()})
    chinese = sorted({row["name_zh"][:2] for row in rows if len(row["name_zh"]) >= 2})
    return [
        Job("customer list", ["/customers"]),
        Job("list by score", ["/customers?sort=-score"]),
        Job("search, part of a Latin name", [f"/customers?q={quote(word)}" for word in latin]),
        Job("search, two Chinese characters", [f"/customers?q={quote(word)}" for word in chinese]),
        Job("customer page", [f"/customers/{row['id']}" for row in rows]),
    ]


def _creates() -> Job:
    run_name = f"{time.time():.0f}"
    forms = (
        urlencode({"name": f"Bench {run_name} {number}", "kind": "organisation", "currency": "EUR", "code": ""})
        for number in range(200_000)
    )  # fmt: skip
    return Job("create a customer", [f"/customers\t{form}" for form in forms], bare.inserting)


async def _advances() -> Job:
    rows = await DB.fetch(
        "SELECT i.id, i.subject::text, i.revision FROM workflow_instance i JOIN customer ON customer.id = i.customer"
        " WHERE i.workflow = 'relationship' AND i.state NOT IN ('break', 'win_back')"
        " ORDER BY md5(i.id::text) LIMIT 60000"
    )
    lines = [
        f"/customers/{row['subject']}/relationship/steps\t"
        + urlencode({"transition": "end", "comment": "benchmark", "reason": "need", "revision": row["revision"],
                     "request": os.urandom(8).hex()})
        for row in rows
    ]  # fmt: skip
    return Job("advance a relationship", lines, bare.moving([row["id"] for row in rows]))


async def _bare(job: Job, caller: Caller, connections: int, seconds: int) -> float:
    try:
        return await bare.rate(await job.counterpart(caller), connections, seconds)
    finally:  # they have neither facts nor workflows, and the next start would begin some
        await DB.execute("DELETE FROM customer WHERE code LIKE 'BARE-%'")


def measure(running: Running, caller: Caller, jobs: Sequence[Job], seconds: int) -> Iterator[tuple[Job, int, Measured]]:
    for job in jobs:
        first = 0
        run(running.address, job.lines, caller, connections=16, seconds=2, first=first)  # warm-up
        first += 20_000 if job.bare else 0
        for connections in CONNECTIONS:
            result = run(running.address, job.lines, caller, connections=connections, seconds=seconds, first=first)
            first += result.requests + connections if job.bare else 0
            yield job, connections, result


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--port", type=int, default=8765)
    asked.add_argument("--seconds", type=int, default=6)
    asked.add_argument("--only", default="")
    options = asked.parse_args()
    settings = read({**os.environ, "KAM_DATA": str(options.data)})
    async with started(settings, pool=16):
        customers = await DB.fetchval("SELECT count(*) FROM customer")
        if await DB.fetchval("SELECT count(*) FROM customer_fact WHERE as_of < (SELECT max(as_of) FROM customer_fact)"):
            raise SystemExit("The facts of this folder were never computed or are of several days: load it anew.")
        caller, jobs = await prepare()
        jobs = [job for job in jobs if options.only in job.title]
        with serving(options.data, options.port) as running:
            print(f"{customers:,} customers; first page after {running.started_in:.1f} s")
            print(f"{'':34}{'connections':>12}{'per second':>12}{'median ms':>11}{'p99 ms':>9}{'failed':>8}")
            rows = []
            for job, connections, result in measure(running, caller, jobs, options.seconds):
                rows.append((job, connections, result.rate))
                print(
                    f"{job.title:34}{connections:>12}{result.rate:>12,.0f}{result.median:>11.2f}{result.p99:>9.1f}"
                    f"{result.failed:>8}", flush=True,
                )  # fmt: skip
            for command, megabytes in running.memory():
                print(f"{megabytes:8.0f} MB  {command}")
        print(f"{'bare SQL':34}{'connections':>12}{'per second':>12}{'ours / bare':>13}")
        for job, connections, ours in rows:
            raw = await _bare(job, caller, connections, min(options.seconds, 3))
            print(f"{job.title:34}{connections:>12}{raw:>12,.0f}{ours / raw:>13.2f}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
