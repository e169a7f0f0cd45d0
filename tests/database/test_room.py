"""Connections are shared so that they fit the server; where they are all in use, whoever comes waits."""

from __future__ import annotations

import asyncio
import os
import time

import asyncpg
import pytest

from kam.database import roles, room
from kam.database.connecting import open_pool
from kam.database.engine import DB
from kam.database.room import LEAST, MOST, Shares, shares
from kam.errors import Busy, Unavailable
from tests.server import by_superuser, fresh_database


async def test_few_processes_take_the_most_and_many_what_fits(database):
    few = await shares(2, beside=23)
    assert (few.pool, few.allowed) == (MOST, 97)
    many = await shares(8, beside=23)
    assert LEAST < many.pool < MOST
    assert many.all + room.SPARE <= many.allowed
    assert not Shares(8, many.pool, 23, 97, 0).warning


async def test_what_somebody_has_set_counts_and_is_warned_of_where_it_does_not_fit(database):
    set_by_hand = await shares(8, beside=23, pool=16)
    assert (set_by_hand.pool, set_by_hand.all) == (16, 151)
    assert "8 web processes × 16 + 23 for the job worker = 151 of the 97" in str(set_by_hand)
    assert "KAM_POOL=8" in Shares(8, 16, 23, 97, 0).warning
    beside_others = Shares(8, 8, 23, 97, 87).warning
    assert "others hold 87" in beside_others and "fewer --workers" in beside_others


async def test_too_few_for_the_least_is_refused(database):
    with pytest.raises(Unavailable, match="too few for 64 web processes"):
        await shares(64, beside=23)


@pytest.fixture
async def narrow(database):
    """`DB` on a role that may have two connections, in a pool that would take four."""
    role = f"narrow_{os.getpid()}"
    control = await asyncpg.connect(by_superuser(database))
    await control.execute(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 2 IN ROLE {roles.SERVING}")
    try:
        with DB.set_aside():
            await open_pool(4, patience=2.0, dsn=database.replace(f"//{roles.SERVING}@", f"//{role}@"))
            try:
                yield DB
            finally:
                await DB.close()
    finally:
        await control.execute(f"DROP ROLE {role}")
        await control.close()


async def test_a_limit_of_the_role_counts(narrow):
    with pytest.raises(Unavailable, match="allows 2 connections"):
        await shares(1, beside=23)


async def test_whoever_finds_the_server_full_waits_until_somebody_is_done(narrow):
    async def ask():
        return await DB.fetchval("SELECT 1 FROM pg_sleep(0.02)")

    assert await asyncio.gather(*(ask() for _ in range(40))) == [1] * 40


async def test_who_waits_too_long_is_told_when_to_come_again(narrow):
    held = [await DB.borrow(), await DB.borrow()]
    began = time.monotonic()
    with pytest.raises(Busy) as busy:
        await DB.fetchval("SELECT 1")
    assert 1 < time.monotonic() - began < 3
    assert busy.value.seconds > 0
    for link in held:
        await DB.give_back(link)
    assert await DB.fetchval("SELECT 1") == 1


async def test_a_pool_that_is_empty_is_waited_for_and_then_refused():
    async with fresh_database():
        DB.patience = 0.3
        try:
            held = [await DB.borrow() for _ in range(DB.pool.get_max_size())]
            with pytest.raises(Busy):
                await DB.fetchval("SELECT 1")
            asyncio.get_running_loop().call_later(0.1, lambda: asyncio.ensure_future(DB.give_back(held.pop())))
            assert await DB.fetchval("SELECT 1") == 1
            for link in held:
                await DB.give_back(link)
        finally:
            DB.patience = None


async def test_a_connection_that_nobody_needs_is_let_go(narrow, monkeypatch):
    from kam.database import engine

    monkeypatch.setattr(engine, "_IDLE", 0.2)
    options, _ = dict(DB.config), await DB.close()
    await DB.open(4, **options)
    await asyncio.gather(*(DB.fetchval("SELECT 1 FROM pg_sleep(0.05)") for _ in range(2)))
    assert DB.size() == 2
    await asyncio.sleep(0.6)
    assert DB.size() <= 1
