"""An import as the worker does it, where everybody sees its work while it goes on."""

from __future__ import annotations

import asyncio

import pytest

from kam.database.engine import DB
from kam.importing import queries
from kam.importing.starting import start
from kam.importing.uploading import upload
from kam.jobs.performing import perform
from tests.racing import committed  # noqa: F401


@pytest.fixture
async def work(committed, now):  # noqa: F811
    alice = committed.alice
    file = await upload("customers", "a.csv", b"id,name\n1,One Ltd\n2,Two Ltd\n", by=alice, now=now)
    yield await start(await queries.find(alice, file), dry_run=False, by=alice, now=now)
    await DB.execute("DELETE FROM procrastinate_jobs")


async def test_it_ends_and_does_not_wait_for_its_own_progress(work, now):
    async with asyncio.timeout(20):
        await perform(work, lambda: now)
    assert tuple(await DB.fetchrow("SELECT state, message FROM work")) == ("done", "Computing the facts")
    assert await DB.fetchval("SELECT count(*) FROM customer WHERE name IN ('One Ltd', 'Two Ltd')") == 2
