"""Seals hold what was written, once nothing older goes on; and they stay."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from kam.database.engine import DB
from kam.history.sealing import seal
from kam.history.verifying import faults, seals, unsealed
from tests.server import fresh_database

NOTE = "INSERT INTO record_change (record_kind, event, changes, at) VALUES ($1, 'changed', '{}', now())"


@pytest.fixture
async def own(database):
    """A database of this test's own, since seals are for good."""
    async with fresh_database() as address:
        yield address


async def note(*kinds):
    for kind in kinds:
        await DB.execute(NOTE, kind)


async def sealed_rows():
    return [one.contents["record_change"]["rows"] for one in await seals()]


async def sound():
    return [fault async for fault in faults(await seals())] == []


async def test_a_row_is_sealed_at_the_second_round(own, now):
    await note("a", "b")
    assert [await seal(now), await seal(now), await seal(now)] == [0, 1, 0]
    assert await sealed_rows() == [2]
    await note("c")
    assert [await seal(now), await seal(now), await seal(now)] == [0, 1, 0]
    assert await sealed_rows() == [2, 1]
    assert (await unsealed(), await sound()) == (0, True)


async def test_what_is_still_being_written_is_waited_for_and_nobody_waits_for_the_seal(own, now):
    """Its number is smaller than those that are there already; a seal over them would miss it."""
    slow = await asyncpg.connect(own)
    try:
        under_way = slow.transaction()
        await under_way.start()
        await slow.execute(NOTE, "slow")
        await note("quick")
        assert [await seal(now), await seal(now), await seal(now)] == [0, 0, 0]
        await note("meanwhile")
        await under_way.commit()
        assert await seal(now) == 1
        assert await sealed_rows() == [2]
        assert await seal(now) == 1
        assert (await sealed_rows(), await sound()) == ([2, 1], True)
    finally:
        await slow.close()


async def test_two_who_seal_at_once_make_one_seal(own, now):
    await note("a")
    await seal(now)
    assert sorted(await asyncio.gather(*(seal(now) for _ in range(4)))) == [0, 0, 0, 1]
    assert await sound()


async def test_much_is_sealed_in_parts(own, now):
    await DB.execute(
        "INSERT INTO record_change (record_kind, event, changes, at)"
        " SELECT 'many', 'changed', '{}', now() FROM generate_series(1, 120000)"
    )
    await seal(now)
    assert await seal(now) == 3
    assert (await sealed_rows(), await sound()) == ([50000, 50000, 20000], True)


async def test_who_serves_makes_no_seal_by_hand(database):
    for statement in (
        "SELECT seal_history_upto(1, now())",
        "INSERT INTO history_seal VALUES (1, 0, 1, now(), '{}', NULL, '')",
        "UPDATE history_ledger SET sealed = 99",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await DB.execute(statement)
