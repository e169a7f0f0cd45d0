"""Outside a transaction a refresh works on two connections, one refresh at a time, and clears its tables away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from contextvars import Context
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

import kam.vocabulary  # noqa: F401
from kam.database.engine import DB
from kam.facts import writing
from kam.facts.gathering import gather
from kam.facts.refreshing import refresh
from kam.facts.storing import refresh_one
from tests.facts import book
from tests.facts.book import TODAY, moment

NOW = moment(0, 9)
MADE = 300


@pytest.fixture
async def customers(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[UUID]]:
    """Customers with orders and contacts that everybody sees, taken away afterwards; written ten pages at a time."""
    monkeypatch.setattr(writing, "_CHUNK", 10)
    made = [await book.customer() for _ in range(MADE)]
    for number, customer in enumerate(made):
        await book.order(customer, number % 400, str(number * 10), str(number * 5))
        await book.contact(customer, number % 100, feeling=number % 5 - 2)
    yield made
    for table in ("sales_order", "interaction", "customer_fact"):
        await DB.execute(f"DELETE FROM {table} WHERE customer = ANY($1)", made)
    await DB.execute("DELETE FROM customer WHERE id = ANY($1)", made)
    await DB.execute("DELETE FROM fact_refresh")


async def test_every_customer_gets_the_facts_that_gathering_it_alone_gives(customers: list[UUID]) -> None:
    assert await refresh(as_of=TODAY, now=NOW) == MADE
    for customer in customers[::29]:
        assert await _stored(customer) == await gather("customer", customer, as_of=TODAY)
    assert await _left_behind() == []


async def test_two_refreshes_at_once_take_turns(customers: list[UUID]) -> None:
    changed = await asyncio.gather(refresh(as_of=TODAY, now=NOW), refresh(as_of=TODAY, now=NOW))
    assert sorted(changed) == [0, MADE]


async def test_a_change_that_is_kept_only_after_the_refresh_is_measured_by_its_sums_too(customers: list[UUID]) -> None:
    """Of a customer that the refresh itself finds unchanged, so that it need not write its row."""
    small, written = customers[0], asyncio.Event()

    async def note(done: int, total: int) -> None:
        if done == total:
            written.set()

    await refresh(as_of=TODAY, now=NOW)
    await book.order(customers[1], 5, "1000000")
    async with DB.transaction():
        await book.order(small, 5, "1000")
        await refresh_one(small, as_of=TODAY, now=NOW)
        outside = asyncio.create_task(refresh(as_of=TODAY, now=NOW, progress=note), context=Context())
        await asyncio.wait_for(written.wait(), 60)
        await asyncio.sleep(0.5)
    await outside
    assert await _stored(small) == await gather("customer", small, as_of=TODAY)


async def test_a_row_that_others_wrote_and_that_lies_in_its_old_place_again_is_computed_anew(
    customers: list[UUID],
) -> None:
    """What steps change often moves around within its page."""
    busy = customers[3]
    await refresh(as_of=TODAY, now=NOW)
    await _write_often(busy, 20)
    await DB.execute("UPDATE customer_fact SET share_of_revenue = 9 WHERE customer = $1", busy)
    place = await DB.fetchval(_PLACE, busy)
    moved: list[int] = []

    async def write(_done: int, _total: int) -> None:
        if not moved:
            moved.append(await _write_often(busy, 100, until=place))

    await refresh(as_of=TODAY, now=NOW, progress=write)
    assert 1 < moved[0] < 100
    assert await _stored(busy) == await gather("customer", busy, as_of=TODAY)


_PLACE = "SELECT ctid::text FROM customer_fact WHERE customer = $1"
_WRITE = "UPDATE customer_fact SET computed_at = computed_at WHERE customer = $1 RETURNING ctid::text"


async def _write_often(customer: UUID, times: int, until: str = "") -> int:
    for number in range(1, times + 1):
        if await DB.fetchval(_WRITE, customer) == until:
            return number
        if number % 5 == 0:
            await DB.execute("VACUUM customer_fact")  # as the server does by itself where much is written
    return times


async def test_a_refresh_that_is_stopped_leaves_nothing_behind(customers: list[UUID]) -> None:
    async def stop(done: int, total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await refresh(as_of=TODAY, now=NOW, progress=stop)
    await _until_unlocked()
    assert await _left_behind() == []
    await refresh(as_of=TODAY, now=NOW + timedelta(hours=1))
    assert await _stored(customers[7]) == await gather("customer", customers[7], as_of=TODAY)


@pytest.mark.parametrize("killed", [False, True], ids=["given up", "a connection killed"])
async def test_a_refresh_that_ends_at_any_moment_holds_up_no_other(customers: list[UUID], killed: bool) -> None:
    """Its connections go back to the pool, where nothing lets go of what they still hold."""
    took = await _seconds(refresh(as_of=TODAY, now=NOW))
    for number in range(20):
        doing = asyncio.create_task(refresh(as_of=TODAY, now=NOW), context=Context())
        await asyncio.sleep(took * number / 20)
        if killed:
            await DB.execute(_KILL)
        else:
            doing.cancel()
        with suppress(asyncio.CancelledError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await doing
        await _until_unlocked()
    await asyncio.wait_for(refresh(as_of=TODAY, now=NOW), 60)
    assert await _left_behind() == []


async def test_it_tells_how_far_it_is_until_it_is_done(customers: list[UUID]) -> None:
    seen: list[tuple[int, int]] = []

    async def progress(done: int, total: int) -> None:
        seen.append((done, total))

    await refresh(as_of=TODAY, now=NOW, progress=progress)
    assert seen[-1] == (MADE, MADE)
    assert seen == sorted(seen)


_KILL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE state <> 'idle' AND pid <> pg_backend_pid() AND datname = current_database() ORDER BY random() LIMIT 1
"""


async def _seconds(work: Awaitable[Any]) -> float:
    began = time.monotonic()
    await work
    return time.monotonic() - began


async def _until_unlocked() -> None:
    """The server notices in a moment that a connection has ended."""
    async with asyncio.timeout(10):
        while "lock" in await _left_behind():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _left_behind() -> list[str]:
    rows = await DB.fetch(
        "SELECT relname FROM pg_class WHERE relname ~ '^fact_(of_|new|rank|subject)' "
        "UNION ALL SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory' AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return [row["relname"] for row in rows]


async def _stored(customer: UUID) -> dict[str, Any]:
    row = await DB.fetchrow("SELECT * FROM customer_fact WHERE customer = $1", customer)
    assert row is not None
    return {name: value for name, value in row.items() if name not in ("customer", "computed_at", "as_of", "rank")}
