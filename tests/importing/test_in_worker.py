"""An import as the worker does it, where everybody sees its work while it goes on."""

from __future__ import annotations

import asyncio

import pytest

from kam.database.engine import DB
from kam.importing import queries
from kam.importing.starting import start
from kam.importing.uploading import upload
from kam.jobs.ending import KEPT, TOO_OFTEN, end
from kam.jobs.performing import perform


@pytest.fixture
async def work(committed, now):
    alice = committed.alice
    file = await upload("customers", "a.csv", b"id,name\n1,One Ltd\n2,Two Ltd\n", by=alice, now=now)
    yield await start(await queries.find(alice, file), dry_run=False, by=alice, now=now)
    await DB.execute("DELETE FROM procrastinate_jobs")


async def test_it_ends_and_does_not_wait_for_its_own_progress(work, now):
    async with asyncio.timeout(20):
        await perform(work, lambda: now)
    assert tuple(await DB.fetchrow("SELECT state, message FROM work")) == ("done", "Computing the facts")
    assert await DB.fetchval("SELECT count(*) FROM customer WHERE name IN ('One Ltd', 'Two Ltd')") == 2


@pytest.fixture
async def interrupted(work, now, monkeypatch):
    """The worker dies when the records are kept and the facts are not: it never writes how the work ended."""

    async def die(*_args, **_more):
        raise ConnectionError("killed")

    with monkeypatch.context() as killed:
        killed.setattr("kam.importing.running._refresh_facts", die)
        with pytest.raises(ConnectionError):
            await perform(work, lambda: now)
    return work


async def test_interrupted_after_it_was_kept_it_goes_on_with_the_facts_and_reports_what_came_in(interrupted, now):
    """Begun anew it found everything there already: nothing came in, it said, and the facts stayed as they were."""
    (one,) = await DB.fetch("SELECT id FROM customer WHERE name = 'One Ltd'")
    await DB.execute("UPDATE customer_fact SET orders_12m = 99 WHERE customer = $1", one["id"])
    await perform(interrupted, lambda: now)
    ended = await DB.fetchrow("SELECT state, result::json -> 'records' ->> 'customers' AS told FROM work")
    assert ended["state"] == "done"
    assert '"new": 2' in ended["told"]
    assert await DB.fetchval("SELECT orders_12m FROM customer_fact WHERE customer = $1", one["id"]) == 0


async def test_given_up_after_it_was_kept_it_does_not_say_that_nothing_was_changed(interrupted, now):
    await end(interrupted, "failed", message=TOO_OFTEN, now=now)
    ended = await DB.fetchrow("SELECT message, result::json ->> 'rows' AS rows FROM work")
    assert ended["message"] == KEPT
    assert ended["rows"] == "2"
