"""The history only grows, carries the hash of what came before, and shows every tampering."""

from __future__ import annotations

import asyncpg
import pytest

from kam.database.engine import DB
from kam.workflow import registry
from kam.workflow.history import Break, altered_definitions, replay, steps, verify
from kam.workflow.loading import remember
from kam.workflow.options import instance_of
from tests.stepping import advance
from tests.tampering import tampering


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
    begun = await DB.fetchrow("SELECT beginning, head FROM workflow_instance WHERE id = $1", instance)
    assert [row["previous"] for row in rows] == [begun["beginning"], rows[0]["hash"], rows[1]["hash"]]
    assert begun["head"] == rows[-1]["hash"]
    assert await verify() == []


async def test_the_history_replays_to_the_state(instance, cast):
    taken = await steps(instance)
    assert replay("build", taken) == (await instance_of("relationship", cast.acme)).state
    with pytest.raises(ValueError, match="Step 3 starts from build"):
        replay("build", [taken[0], taken[2]])


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
    async with tampering("workflow_step"):
        await DB.execute(
            f'UPDATE workflow_step SET "{column}" = {COLUMNS[column]} WHERE instance = $1 AND number = $2',
            instance, number,
        )  # fmt: skip
    assert Break(instance, number, "altered") in await verify()


async def test_a_step_forged_together_with_its_hash_breaks_the_chain(instance):
    async with tampering("workflow_step"):
        await DB.execute("UPDATE workflow_step SET comment = 'forged' WHERE instance = $1 AND number = 2", instance)
        await DB.execute(
            "UPDATE workflow_step s SET hash = workflow_step_hash(s, i) FROM workflow_instance i"
            " WHERE i.id = s.instance AND number = 2"
        )
    assert Break(instance, 3, "broken") in await verify()


@pytest.mark.parametrize(("number", "found"), [(1, (2, "broken")), (2, (3, "broken")), (3, (3, "astray"))])
async def test_a_step_that_was_taken_out_is_missed(instance, number, found):
    async with tampering("workflow_step"):
        await DB.execute("DELETE FROM workflow_step WHERE instance = $1 AND number = $2", instance, number)
    assert Break(instance, *found) in await verify()


@pytest.mark.parametrize("change", ["state = 'maintain'", "entered_at = now()", "head = beginning", "definition = ''"])
async def test_an_instance_moved_behind_the_history_is_found(instance, change):
    async with tampering("workflow_instance"):
        await DB.execute(f"UPDATE workflow_instance SET {change} WHERE id = $1", instance)
    assert await verify() == [Break(instance, 3, "astray")]


@pytest.mark.parametrize(
    "change",
    ["customer = subject, subject = new_id()", "workflow = 'designation_'", "started_at = now()", "begun_in = 'end'"],
)
async def test_a_touched_beginning_is_found(instance, change):
    async with tampering("workflow_instance"):
        await DB.execute(f"UPDATE workflow_instance SET {change} WHERE id = $1", instance)
    assert Break(instance, 0, "altered") in await verify()


async def test_a_beginning_forged_together_with_its_hash_alters_every_step(instance, cast):
    async with tampering("workflow_instance"):
        await DB.execute("UPDATE workflow_instance SET customer = $2 WHERE id = $1", instance, cast.omega)
        await DB.execute("UPDATE workflow_instance i SET beginning = workflow_beginning(i) WHERE id = $1", instance)
    found = await verify()
    assert {Break(instance, number, "altered") for number in (1, 2, 3)} <= {*found}
    assert Break(instance, 1, "broken") in found


async def test_steps_of_the_first_version_still_verify_and_the_next_one_is_of_the_second(instance, cast, now):
    async with tampering("workflow_step", "workflow_instance"):
        await DB.execute("UPDATE workflow_step SET hash_version = 1 WHERE instance = $1", instance)
        for number in (1, 2, 3):
            await DB.execute(
                "UPDATE workflow_step s SET previous = (SELECT hash FROM workflow_step b WHERE b.instance = s.instance"
                " AND b.number = s.number - 1) WHERE instance = $1 AND number = $2", instance, number,
            )  # fmt: skip
            await DB.execute(
                "UPDATE workflow_step s SET hash = workflow_step_hash(s) WHERE instance = $1 AND number = $2",
                instance, number,
            )  # fmt: skip
        await DB.execute(
            "UPDATE workflow_instance i SET head = s.hash FROM workflow_step s"
            " WHERE i.id = $1 AND s.instance = i.id AND s.number = 3", instance,
        )  # fmt: skip
    assert await verify() == []
    await advance(instance, "step_back", by=cast.alice, now=now, comment="The buyer left", revision=3)
    rows = await DB.fetch("SELECT hash_version FROM workflow_step WHERE instance = $1 ORDER BY number", instance)
    assert [row["hash_version"] for row in rows] == [1, 1, 1, 2]
    assert await verify() == []
    async with tampering("workflow_instance"):
        await DB.execute("UPDATE workflow_instance SET customer = $2 WHERE id = $1", instance, cast.omega)
    assert Break(instance, 4, "altered") in await verify()


async def test_a_workflow_begins_without_steps(cast, now):
    with pytest.raises(asyncpg.RestrictViolationError, match="begins without steps"):
        async with DB.transaction():
            await DB.execute(
                "INSERT INTO workflow_instance"
                " (workflow, subject, customer, state, revision, entered_at, started_at, definition)"
                " VALUES ('other', $1, $1, 'won', 7, $2, $2, '')", cast.acme, now,
            )  # fmt: skip


async def test_a_step_follows_the_last_one(instance):
    for number, state in ((3, "develop"), (5, "develop"), (4, "build")):
        with pytest.raises(asyncpg.RestrictViolationError, match="does not follow"):
            async with DB.transaction():
                await DB.execute(
                    "INSERT INTO workflow_step (instance, number, transition, from_state, to_state, at, definition)"
                    " VALUES ($1, $2, 'x', $3, 'win_back', now(), '')", instance, number, state,
                )  # fmt: skip


async def test_a_definition_that_was_rewritten_is_found(cast, now):
    await remember(registry.current(), now=now)
    assert await altered_definitions() == []
    async with tampering("workflow_definition"):
        await DB.execute("UPDATE workflow_definition SET source = source || '# laxer' WHERE workflow = 'designation'")
    assert [workflow for workflow, _ in await altered_definitions()] == ["designation"]
