"""What PostgreSQL gives when nothing stands around it: the same statements over bare asyncpg connections.

A page's statements are noted while the application answers it once; a write's counterpart is the least that records
the same: one customer inserted, or one instance locked, moved and its step written, each in one transaction.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import asyncpg
import httpx

from kam.app import create
from kam.database.engine import DB
from kam.people.signed_in import SIGNED_IN
from tests.benchmarks.wrk import Caller
from tests.statements import Statement, noting

Turn = Callable[[asyncpg.Connection, int], Awaitable[None]]


async def statements_of(paths: Sequence[str], caller: Caller) -> list[list[Statement]]:
    """The statements that the application runs for each path, once it knows the session."""
    noted: list[list[Statement]] = []
    SIGNED_IN.listening = True  # as in a process that serves: sessions and what waits are known between requests
    transport = httpx.ASGITransport(create())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        client.headers["Cookie"] = caller.cookie
        (await client.get(paths[0])).raise_for_status()
        for path in paths:
            with noting() as statements:
                (await client.get(path)).raise_for_status()
            noted.append(statements)
    return noted


async def rate(turn: Turn, connections: int, seconds: float) -> float:
    """Turns per second with so many bare connections."""
    counter = itertools.count()
    links = [await asyncpg.connect(**DB.config) for _ in range(connections)]
    try:
        until = time.perf_counter() + seconds
        done = await asyncio.gather(*[_go(link, turn, counter, until) for link in links])
        return sum(done) / seconds
    finally:
        for link in links:
            await link.close()


async def _go(link: asyncpg.Connection, turn: Turn, counter: Iterator[int], until: float) -> int:
    done = 0
    while time.perf_counter() < until:
        await turn(link, next(counter))
        done += 1
    return done


def reading(pages: Sequence[Sequence[Statement]]) -> Turn:
    async def turn(link: asyncpg.Connection, number: int) -> None:
        for sql, args in pages[number % len(pages)]:
            await link.fetch(sql, *args)

    return turn


async def inserting(link: asyncpg.Connection, number: int) -> None:
    code = f"BARE-{time.time_ns()}-{number}"
    await link.execute("INSERT INTO customer (code, name, created_at, updated_at) VALUES ($1, $1, now(), now())", code)


def moving(instances: Sequence[Any]) -> Turn:
    async def turn(link: asyncpg.Connection, number: int) -> None:
        instance = instances[number % len(instances)]
        async with link.transaction():
            row = await link.fetchrow("SELECT * FROM workflow_instance WHERE id = $1 FOR UPDATE", instance)
            head = await link.fetchval(
                "INSERT INTO workflow_step (instance, number, transition, from_state, to_state, at, definition)"
                " VALUES ($1, $2, 'bare', $3, $3, now(), '') RETURNING hash",
                instance, row["revision"] + 1, row["state"],
            )  # fmt: skip
            await link.execute(
                "UPDATE workflow_instance SET revision = revision + 1, head = $2, entered_at = now(), definition = ''"
                " WHERE id = $1", instance, head,
            )  # fmt: skip

    return turn
