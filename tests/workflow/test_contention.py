"""A deadline and a person at one step, and whatever else waits for each other: one comes second, neither fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import asyncpg
import pytest

from kam.database.engine import DB
from kam.database.retrying import TRIES, retrying
from kam.errors import DomainError
from kam.workflow.advancing import advance
from kam.workflow.deadlines import settle
from kam.workflow.history import steps, verify
from kam.workflow.options import instance_of
from tests.cast import Cast
from tests.server import as_owner
from tests.talking import log


@pytest.fixture(autouse=True)
def in_force() -> None:
    """The facts here are those of the records."""


@pytest.fixture
async def watched(world: Cast, now: datetime) -> UUID:
    """An instance on watch whose longest stay may end at any moment."""
    talk = {"channel": "visit", "purpose": "Talk", "feeling": 1, "at": now}
    await log(world.acme, talk, by=world.alice, now=now)
    instance = (await instance_of("early_warning", world.acme)).id
    await _step(world, instance, "warn", now)
    return instance


async def _step(world: Cast, instance: UUID, step: str, now: datetime) -> None:
    revision = (await instance_of("early_warning", world.acme)).revision
    await advance(instance, step, by=world.mona, now=now, comment="x", revision=revision)


async def _meet(world: Cast, watched: UUID, now: datetime, times: int) -> None:
    """The deadline raises the level, and a manager does the same at that moment; only one of them does it."""
    for _ in range(times):
        async with as_owner():
            await DB.execute(
                "UPDATE workflow_deadline SET due_at = $2 WHERE instance = $1 AND name = 'watch_too_long'", watched, now
            )
        before = len(await steps(watched))
        settled, step = await asyncio.gather(settle(now), _step(world, watched, "doubt", now), return_exceptions=True)
        assert settled.failed == 0
        assert not isinstance(step, Exception) or isinstance(step, DomainError), step
        assert len(await steps(watched)) == before + 1
        await _step(world, watched, "ease", now)
    assert await DB.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0
    assert await verify() == []


async def test_a_deadline_and_a_person_at_the_same_step_never_wait_for_each_other(
    world: Cast, watched: UUID, now: datetime
) -> None:
    await _meet(world, watched, now, 25)


@pytest.mark.long
async def test_not_in_150_meetings_either(world: Cast, watched: UUID, now: datetime) -> None:
    await _meet(world, watched, now, 150)


async def _crossing(first: UUID, second: UUID, held: asyncio.Barrier) -> None:
    """Holds one customer, waits until somebody holds the other, and asks for that: a deadlock at the first try."""
    async with DB.transaction():
        await DB.execute("UPDATE customer SET notes = notes || 'x' WHERE id = $1", first)
        if held.n_waiting or not held.broken:
            await _together(held)
        await DB.execute("UPDATE customer SET notes = notes || 'x' WHERE id = $1", second)


async def _together(held: asyncio.Barrier) -> None:
    try:
        await asyncio.wait_for(held.wait(), 0.5)
    except (TimeoutError, asyncio.BrokenBarrierError):
        await held.abort()  # the other is done: there is nobody left to meet


async def test_what_the_database_ended_for_another_is_done_again(world: Cast) -> None:
    held = asyncio.Barrier(2)
    await asyncio.gather(
        retrying(lambda: _crossing(world.acme, world.omega, held)),
        retrying(lambda: _crossing(world.omega, world.acme, held)),
    )
    assert await DB.fetchval("SELECT array_agg(DISTINCT notes) FROM customer") == ["xx"]


def _ended(times: int, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[int]]:
    tried = 0

    async def doing() -> int:
        nonlocal tried
        tried += 1
        await work()
        if tried <= times:
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        return tried

    return doing


async def _nothing() -> None: ...


async def test_it_is_tried_a_few_times_and_then_told(world: Cast) -> None:
    assert await retrying(_ended(TRIES - 1, _nothing)) == TRIES
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await retrying(_ended(TRIES, _nothing))


async def test_what_was_kept_is_not_done_twice(world: Cast) -> None:
    async def keep() -> None:
        async with DB.transaction():
            await DB.execute("UPDATE customer SET notes = notes || 'x' WHERE id = $1", world.acme)

    with pytest.raises(asyncpg.DeadlockDetectedError):
        await retrying(_ended(1, keep))
    assert await DB.fetchval("SELECT notes FROM customer WHERE id = $1", world.acme) == "x"


async def test_inside_a_transaction_it_is_left_to_whoever_began_it(world: Cast) -> None:
    async with DB.transaction():
        with pytest.raises(asyncpg.DeadlockDetectedError):
            await retrying(_ended(1, _nothing))
