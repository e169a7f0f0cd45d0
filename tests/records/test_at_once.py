"""A step, an edit and a delete of one lease at one moment, by two who have seen the same: one of them wins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.errors import NotFound, Stale
from kam.records.adding import add
from kam.records.deleting import delete
from kam.records.editing import edit
from kam.workflow.advancing import advance
from kam.workflow.history import verify
from tests.racing import at_once
from tests.records.leases import LEASE, make_leases
from tests.records.made_up import in_force
from tests.server import drop_table

ROUNDS = 30


@pytest.fixture
async def leased(committed):
    await make_leases()
    try:
        with in_force(LEASE):
            yield
    finally:
        await drop_table("lease")


async def drafted(cast, now):
    values = {"title": "Support", "ends_on": now.date() + timedelta(days=300)}
    record = await add(LEASE, values, by=cast.alice, now=now, customer=cast.acme)
    return record, await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1", record)


async def stands(record):
    return await DB.fetchrow(
        """
        SELECT t.state, t.title, t.revision, t.deleted_at, r.state AS shown, i.state AS moved, i.revision AS steps
        FROM lease t JOIN record r USING (id) JOIN workflow_instance i ON i.subject = t.id WHERE t.id = $1
        """,
        record,
    )


async def no_deadlocks():
    return await DB.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


async def test_a_step_is_written_into_the_own_row_of_the_record(leased, committed, now):
    record, instance = await drafted(committed, now)
    step = await advance(instance, "sign", by=committed.alice, now=now, revision=1)
    row = await stands(record)
    assert (row["state"], row["shown"], row["moved"]) == ("in_force", "in_force", "in_force")
    assert (row["revision"], step.leaves, row["steps"]) == (2, 2, 1)


async def test_of_a_step_and_an_edit_of_what_both_have_seen_exactly_one_wins(leased, committed, now):
    before = await no_deadlocks()
    for turn in range(ROUNDS):
        record, instance = await drafted(committed, now)
        step = advance(instance, "sign", by=committed.alice, now=now, revision=1)
        change = edit(LEASE, record, {"title": "More"}, by=committed.mona, now=now, revision=1)
        tries = (step, change) if turn % 2 else (change, step)
        outcomes = dict(zip(("step", "edit") if turn % 2 else ("edit", "step"), await at_once(*tries), strict=True))
        lost = [name for name, outcome in outcomes.items() if isinstance(outcome, Exception)]
        assert len(lost) == 1, outcomes
        assert isinstance(outcomes[lost[0]], Stale), outcomes
        row = await stands(record)
        won = {"edit": ("in_force", "Support", 1), "step": ("draft", "More", 0)}[lost[0]]
        assert (row["state"], row["title"], row["steps"]) == won
        assert row["state"] == row["shown"] == row["moved"]
        assert row["revision"] == 2
    assert await no_deadlocks() == before
    assert await verify() == []


async def test_of_a_step_and_a_delete_the_second_is_told(leased, committed, now):
    before = await no_deadlocks()
    for turn in range(ROUNDS):
        record, instance = await drafted(committed, now)
        step = advance(instance, "sign", by=committed.alice, now=now, revision=1)
        removal = delete(LEASE, record, by=committed.mona, now=now, revision=1)
        tries = (step, removal) if turn % 2 else (removal, step)
        outcomes = await at_once(*tries)
        [lost] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert isinstance(lost, Stale | NotFound), lost
        row = await stands(record)
        assert (row["deleted_at"] is None) == (row["steps"] == 1)
        assert row["state"] == row["shown"] == row["moved"]
    assert await no_deadlocks() == before


async def test_the_system_steps_on_what_an_edit_has_left(leased, committed, now):
    record, instance = await drafted(committed, now)
    await edit(LEASE, record, {"title": "More"}, by=committed.alice, now=now, revision=1)
    await retrying(lambda: advance(instance, "sign", by=committed.alice, now=now, revision=2))
    assert (await stands(record))["revision"] == 3
