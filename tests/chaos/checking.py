"""After a kill: all that was acknowledged is there once, sound, and nothing is left of who was killed."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kam.database import postmaster
from kam.database.engine import DB
from kam.facts import catalogue
from kam.facts.storing import refresh_some
from kam.jobs.clockwork import moment
from kam.ranking.catalogue import build
from kam.schedule import SCHEDULE
from kam.starting import put_in_force
from kam.verifying import verify
from tests.chaos.people import Ledger
from tests.chaos.served import Served, until
from tests.processes import command

ENDED = 120.0  # seconds within which all work that was asked for has ended: a dead worker's is taken over after three

# The sweep that the clock asks for counts too, also where one that was asked for by hand has noted that all is well
# before it: until it has ended, shares are of two sums.
_UNENDED = """
SELECT count(*) + (NOT EXISTS (SELECT FROM periodic_run WHERE name = 'sweep' AND slot >= $1))::int
FROM work WHERE state IN ('waiting', 'running')
"""
_SWEEP = next(job for job in SCHEDULE if job.name == "sweep")
_STEPS = "SELECT request, count(*) AS count FROM workflow_step WHERE request = ANY($1) GROUP BY request"
_CUSTOMERS = "SELECT name, count(*) AS count FROM customer WHERE name = ANY($1) GROUP BY name"
_ORDERS = """
SELECT number, count(line.id) AS count FROM sales_order JOIN sales_order_line line ON line.sales_order = sales_order.id
WHERE number = ANY($1) GROUP BY sales_order.id
"""
_DOCUMENTS = """
SELECT work.id::text, count(document.id) FILTER (WHERE encode(sha256(content), 'hex') = sha256) AS count
FROM work LEFT JOIN document ON document.id = work.document WHERE work.id::text = ANY($1) GROUP BY work.id
"""
_STRAY_DOCUMENTS = """
SELECT count(*) FROM document WHERE NOT EXISTS (SELECT FROM work WHERE work.document = document.id)
"""
_FACTS = "SELECT * FROM customer_fact ORDER BY customer"
_STATES = "SELECT id::text, state, message, result::text FROM work WHERE id::text = ANY($1)"


_STANDING = """
SELECT 'work' AS "of", to_jsonb(work) AS row FROM work WHERE state IN ('waiting', 'running')
UNION ALL SELECT 'job', to_jsonb(job) FROM procrastinate_jobs job WHERE status <> 'succeeded'
UNION ALL SELECT 'worker', to_jsonb(worker) FROM procrastinate_workers worker
UNION ALL SELECT 'hold', to_jsonb(hold) FROM hold
UNION ALL SELECT 'periodic', to_jsonb(run) FROM periodic_run run WHERE name = 'sweep'
UNION ALL SELECT 'at work', jsonb_build_object('pid', pid, 'state', state, 'waits', wait_event,
    'for', pg_blocking_pids(pid), 'since', now() - state_change, 'begun', now() - xact_start, 'query', left(query, 200))
    FROM pg_stat_activity WHERE state <> 'idle'
"""


async def all_ended(kam: Served) -> None:
    deadline = time.monotonic() + ENDED
    while await DB.fetchval(_UNENDED, moment(_SWEEP.cron, datetime.now(UTC))):
        if time.monotonic() > deadline:
            rows = "\n".join(f"{row['of']}: {row['row']}" for row in await DB.fetch(_STANDING))
            for pid in kam.of("worker"):
                os.kill(pid, signal.SIGUSR2)  # says where it waits
            await asyncio.sleep(1)
            waits = "\n".join(line for line in kam.said().splitlines() if line.startswith("waits:"))
            raise AssertionError(f"Not ended within {ENDED:.0f} seconds:\n{rows}\n{waits}")
        await asyncio.sleep(0.05)


async def check_kept(ledger: Ledger, failed: set[str]) -> None:
    """`failed` are works that may have failed, as their child was killed; they must say so."""
    assert not ledger.faults, ledger.faults
    await _once("steps", _STEPS, ledger.steps, ledger.begun)
    await _once("customers", _CUSTOMERS, ledger.customers, ledger.begun)
    works = [*ledger.imports, *ledger.documents, *ledger.sweeps]
    states = {row["id"]: row for row in await DB.fetch(_STATES, works)}
    for work in works:
        allowed = ("done", "failed") if work in failed else ("done",)
        assert states[work]["state"] in allowed, dict(states[work])
    done = {work for work in states if states[work]["state"] == "done"}
    orders = {number for work, numbers in ledger.imports.items() if work in done for number in numbers}
    await _once("orders", _ORDERS, orders, {number for numbers in ledger.imports.values() for number in numbers})
    await _once("documents", _DOCUMENTS, ledger.documents & done, set())
    assert await DB.fetchval(_STRAY_DOCUMENTS) == 0, "There are PDFs that no work names"


async def _once(what: str, sql: str, acknowledged: set[str], begun: set[str]) -> None:
    acknowledged = set(acknowledged)  # people work on while we look
    found: dict[str, int] = {row[0]: row[1] for row in await DB.fetch(sql, [*acknowledged | begun])}
    missing = [one for one in acknowledged if found.get(one, 0) < 1]
    twice = [one for one in found if found[one] > 1]
    assert not missing, f"{len(missing)} of {len(acknowledged)} {what} are missing: {missing[:5]}"
    assert not twice, f"{len(twice)} {what} are there more than once: {twice[:5]}"


async def check_sound() -> None:
    """What `kam verify` looks at, and the facts of every customer against those computed anew."""
    put_in_force()
    catalogue.use(build())
    found = await verify()
    assert found.faults == [], found.faults[:5]
    async with DB.transaction() as transaction:
        before = _by_customer(await DB.fetch(f"{_FACTS} FOR UPDATE"))  # whoever writes one now waits
        today = datetime.now(UTC)
        await refresh_some(before, as_of=today.date(), now=today)
        after = _by_customer(await DB.fetch(_FACTS))
        await transaction.rollback()
    for customer, stored in before.items():
        differing = {
            name: (fact, after[customer][name]) for name, fact in stored.items() if after[customer][name] != fact
        }
        assert not differing, f"Facts of {customer}, stored and computed anew: {differing}"


def _by_customer(rows: list[Any]) -> dict[UUID, dict[str, Any]]:
    return {row["customer"]: {name: fact for name, fact in row.items() if name != "computed_at"} for row in rows}


async def check_nobody_left(kam: Served, before: set[tuple[int, str]]) -> None:
    """Of the processes there were, each has ended or still belongs to kam; and none lies about dead."""

    def strays() -> list[str]:
        ours = kam.family()
        left = [
            pid for pid, began in before - ours if postmaster._began(pid) == began and postmaster._state(pid) != "Z"
        ]
        dead = [pid for pid, _ in ours if postmaster._state(pid) == "Z"]
        return [f"{pid} lives on {_told(pid)}" for pid in left] + [f"{pid} is a zombie {_told(pid)}" for pid in dead]

    await until(lambda: not strays(), "nobody is left", 60, lambda: "\n".join(strays()))


# What lies in the data folder of a kam that serves.
_THERE = {
    "data", "fonts", "postgres.log", "postgres.log.1", "programs", "server.began", "socket", "start.lock", "templates",
    "users.lock",
}  # fmt: skip


# Python's ctypes asks a compiler, where there is one, for the libraries that draw; one that is killed leaves its own.
_COMPILED = re.compile(r"cc\w{6}\.|tmp\w{8}$")


def check_no_leftovers(kam: Served) -> None:
    """Of the folders that kam writes files into; once nothing is being written."""
    lying = {path.name for path in kam.data.iterdir()} - _THERE
    assert not lying, f"Left in the data folder: {lying}"
    temporary = [path.name for path in kam.temporary.iterdir() if not _COMPILED.match(path.name)]
    assert len(temporary) <= 1, f"Left in the folder for temporary files: {temporary}"  # the numbers of who lives
    backups = kam.folder / "backups"
    drafts = [path.name for path in backups.glob(".*")] if backups.exists() else []
    assert not drafts, f"Left beside the backups: {drafts}"


async def check_scratch() -> None:
    """After a sweep nothing is left of those that were killed."""
    left = await DB.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'scratch'")
    assert not left, [row["tablename"] for row in left]


def _told(pid: int) -> str:
    state, parent, *_ = postmaster._stat(pid) or ["gone", "0"]
    return f"{state} {command(pid)} of {parent} {command(int(parent))}"
