"""A process that hears nothing of changes any more notices it, and asks the database again."""

from __future__ import annotations

import asyncio

from kam.database.connecting import open_pool
from kam.database.engine import DB
from kam.people import signed_in
from kam.people.signed_in import SignedInHere
from tests.silencing import network


async def until(true):
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)


async def test_a_network_that_swallows_everything_is_noticed_and_the_next_connection_heard(database, monkeypatch):
    monkeypatch.setattr(signed_in, "_QUIET", 0.2)
    monkeypatch.setattr(signed_in, "_PATIENCE", 0.2)
    here = SignedInHere()
    async with network(database) as (between, url):
        with DB.set_aside():
            await open_pool(3, dsn=url)
            listening = asyncio.create_task(here.listen())
            await until(lambda: here.listening)
            await asyncio.sleep(1)
            assert here.listening
            between.silent = True
            await until(lambda: not here.listening)
            between.silent = False
            await until(lambda: here.listening)
            listening.cancel()
            await asyncio.wait([listening])
            await DB.close()
