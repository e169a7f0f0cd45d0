"""The history only grows, carries the hash of what came before, and shows every tampering."""

from __future__ import annotations

import asyncpg
import pytest

from kam.database.engine import DB
from kam.workflow.advancing import advance
from kam.workflow.history import Break, replay, steps, verify
from kam.workflow.options import instance_of


@pytest.fixture
async def instance(cast, know, ready, now):
    await know(cast.acme, **ready)
    instance = await instance_of("relationship", cast.acme)
    await advance(instance.id, "develop", by=cast.alice, now=now)
    await advance(instance.id, "step_back", by=cast.alice, now=now, comment="The buyer left")
    await advance(instance.id, "develop", by=cast.mona, now=now)
    return instance.id


async def test_each_step_carries_the_hash_of_the_one_before(instance):
    rows = await DB.fetch("SELECT hash, previous FROM workflow_step WHERE instance = $1 ORDER BY number", instance)
    assert [row["previous"] for row in rows] == [None, rows[0]["hash"], rows[1]["hash"]]
    assert await DB.fetchval("SELECT head FROM workflow_instance WHERE id = $1", instance) == rows[-1]["hash"]
    assert await verify() == []


async def test_the_history_replays_to_the_state(instance, cast):
    taken = await steps(instance)
    assert replay("build", taken) == (await instance_of("relationship", cast.acme)).state
    with pytest.raises(ValueError, match="Step 3 starts from build"):
        replay("build", [taken[0], taken[2]])


@pytest.mark.parametrize(
    "change", ["UPDATE workflow_step SET comment = ''", "DELETE FROM workflow_step", "TRUNCATE workflow_step"]
)
async def test_nobody_changes_or_deletes_a_step(instance, change):
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        async with DB.transaction():
            await DB.execute(change)


COLUMNS = {
    "comment": "'nothing'",
    "at": "at + interval '1 microsecond'",
    "by": "NULL",
    "facts": "jsonb_set(facts, '{orders_12m}', '99')",
    "fields": """'{"reason": "ours"}'""",
    "transition": "'maintain'",
    "definition": "'another'",
    "trigger": "'none'",
    "request": "'r'",
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("number", [1, 2, 3])
async def test_tampering_with_any_column_of_any_step_is_found(instance, column, number):
    await DB.execute("ALTER TABLE workflow_step DISABLE TRIGGER USER")
    await DB.execute(
        f'UPDATE workflow_step SET "{column}" = {COLUMNS[column]} WHERE instance = $1 AND number = $2', instance, number
    )
    assert Break(instance, number, "altered") in await verify()


async def test_a_step_forged_together_with_its_hash_breaks_the_chain(instance):
    await DB.execute("ALTER TABLE workflow_step DISABLE TRIGGER USER")
    await DB.execute("UPDATE workflow_step SET comment = 'forged' WHERE instance = $1 AND number = 2", instance)
    await DB.execute("UPDATE workflow_step s SET hash = workflow_step_hash(s) WHERE number = 2")
    assert Break(instance, 3, "broken") in await verify()


@pytest.mark.parametrize(("number", "found"), [(1, (2, "broken")), (2, (3, "broken")), (3, (3, "astray"))])
async def test_a_step_that_was_taken_out_is_missed(instance, number, found):
    await DB.execute("ALTER TABLE workflow_step DISABLE TRIGGER USER")
    await DB.execute("DELETE FROM workflow_step WHERE instance = $1 AND number = $2", instance, number)
    assert Break(instance, *found) in await verify()


async def test_a_state_changed_behind_the_history_is_found(instance):
    await DB.execute("UPDATE workflow_instance SET state = 'maintain' WHERE id = $1", instance)
    assert await verify() == [Break(instance, 3, "astray")]
