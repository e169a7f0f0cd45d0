"""The same work asked for again, by many clicks or at one moment, is one work; another's, or one that ended, is not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.jobs.asking import ask, cancel
from tests.server import as_owner

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
async def queue(database):
    """Committed, so that each asks on a connection of its own; cleared afterwards."""
    yield
    async with as_owner():
        await DB.execute("TRUNCATE procrastinate_jobs, work CASCADE")


async def test_fourteen_clicks_at_one_moment_are_one_work_and_one_job(queue):
    me = new_id()
    asked = await asyncio.gather(*(ask("note", title="N", by=me, input={"b": 2, "a": 1}, now=NOW) for _ in range(14)))
    assert len(set(asked)) == 1
    assert await DB.fetchval("SELECT count(*) FROM work") == 1
    assert await DB.fetchval("SELECT count(*) FROM procrastinate_jobs") == 1


async def test_the_order_in_which_it_is_said_does_not_matter(queue):
    me = new_id()
    asked = [await ask("note", title="N", by=me, input=said, now=NOW) for said in ({"a": 1, "b": 2}, {"b": 2, "a": 1})]
    assert asked[0] == asked[1]


async def test_another_person_kind_or_question_is_another_work(queue):
    me = new_id()
    asked = {
        await ask("note", title="N", by=me, input={"a": 1}, now=NOW),
        await ask("note", title="N", by=new_id(), input={"a": 1}, now=NOW),
        await ask("slow", title="N", by=me, input={"a": 1}, now=NOW),
        await ask("note", title="N", by=me, input={"a": 2}, now=NOW),
    }
    assert len(asked) == 4


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
async def test_what_has_ended_can_be_asked_for_anew(queue, state):
    me = new_id()
    first = await ask("note", title="N", by=me, now=NOW)
    await DB.execute("UPDATE work SET state = $2 WHERE id = $1", first, state)
    assert await ask("note", title="N", by=me, now=NOW) != first


async def test_what_is_being_stopped_can_be_asked_for_anew(queue):
    me = new_id()
    first = await ask("note", title="N", by=me, now=NOW)
    await DB.execute("UPDATE work SET state = 'running' WHERE id = $1", first)
    assert await ask("note", title="N", by=me, now=NOW) == first
    assert await cancel(first, by=me, now=NOW)
    assert await ask("note", title="N", by=me, now=NOW) != first


async def test_a_question_that_is_taken_back_leaves_the_other_its_work(queue):
    """Of two at one moment the first is rolled back; the second waited for it and asks itself."""
    me, begun = new_id(), asyncio.Event()

    async def taken_back():
        async with DB.transaction() as transaction:
            await ask("note", title="N", by=me, now=NOW)
            begun.set()
            await asyncio.sleep(0.3)
            await transaction.rollback()

    async def kept():
        await begun.wait()
        return await ask("note", title="N", by=me, now=NOW)

    _, work = await asyncio.gather(taken_back(), kept())
    assert await DB.fetchval("SELECT id FROM work") == work


async def test_an_administrator_may_stop_what_others_asked_for(queue):
    work = await ask("note", title="N", by=new_id(), now=NOW)
    assert not await cancel(work, by=new_id(), now=NOW)
    assert await cancel(work, by=new_id(), every=True, now=NOW)
