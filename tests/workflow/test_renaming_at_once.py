"""Two processes that start at one moment take along what stands in a renamed state once."""

from __future__ import annotations

import asyncio

import pytest

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.workflow import renaming
from kam.workflow.renaming import take_along
from tests.tampering import tampering
from tests.workflow.test_renaming import claimed, in_force

MANY = 250


@pytest.fixture
async def committed(database, now):
    """Many designations in `proposed` that other connections see; cleared afterwards."""
    ids = [new_id() for _ in range(MANY)]
    await DB.execute(
        "INSERT INTO workflow_instance (id, workflow, subject, customer, state, revision, entered_at, started_at,"
        " definition) SELECT id, 'designation', id, id, 'proposed', 0, $2, $2, 'x' FROM unnest($1::uuid[]) id",
        ids, now,
    )  # fmt: skip
    yield ids
    async with tampering("workflow_step", "workflow_instance"):
        for table in ("workflow_step", "workflow_deadline"):
            await DB.execute(f"DELETE FROM {table} WHERE instance = ANY($1)", ids)
        await DB.execute("DELETE FROM workflow_instance WHERE id = ANY($1)", ids)


async def test_each_is_taken_along_once_by_two_who_start_at_one_moment(committed, now, monkeypatch):
    monkeypatch.setattr(renaming, "_TAKE_ALONG", renaming._TAKE_ALONG.replace(f"LIMIT {renaming.BATCH}", "LIMIT 20"))
    workflows = in_force(designation=claimed)

    async def nothing(customers):
        await asyncio.sleep(0)

    moved = await asyncio.gather(*(take_along(workflows, now=now, changed=nothing) for _ in range(3)))
    assert sum(moved) == MANY
    taken = "SELECT count(*), count(DISTINCT instance), max(number) FROM workflow_step WHERE instance = ANY($1)"
    assert tuple((await DB.fetchrow(taken, committed)).values()) == (MANY, MANY, 1)
    states = "SELECT array_agg(DISTINCT state::text) FROM workflow_instance WHERE id = ANY($1)"
    assert await DB.fetchval(states, committed) == ["suggested"]
