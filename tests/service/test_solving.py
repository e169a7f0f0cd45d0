"""The steps of a case and what they cause: taken over, solved, closed, opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, Refused, Stale
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from kam.records.finding import find
from kam.service.kind import CASE
from kam.workflow.history import verify
from tests.solving import led, opened


@pytest.fixture
async def case(cast, now):
    return await opened(cast.acme, by=cast.sam, now=now)


async def open_complaints(cast):
    return await DB.fetchval("SELECT open_complaints FROM customer_fact WHERE customer = $1", cast.acme)


async def test_the_way_of_a_case_from_open_to_closed_and_back(cast, case, now):
    with pytest.raises(Refused):
        await led(case, "close", by=cast.sam, now=now)
    await led(case, "take", by=cast.sam, now=now)
    with pytest.raises(Refused):
        await led(case, "solve", by=cast.sam, now=now, fields={"solution": ""})
    await led(case, "solve", by=cast.bob, now=now)
    assert await open_complaints(cast) == 0
    row = await find(CASE, cast.sam, case)
    assert (row["state"], row["owner"], row["solution"], row["solved_at"]) == ("solved", cast.sam.id, "New seal", now)
    await led(case, "close", by=cast.sam, now=now, fields={"satisfaction": "so_so"})
    assert (await find(CASE, cast.sam, case))["satisfaction"] == "so_so"
    await led(case, "reopen", by=cast.sam, now=now + timedelta(days=9))
    row = await find(CASE, cast.sam, case)
    assert (row["state"], row["solution"], row["solved_at"]) == ("in_progress", "New seal", None)
    assert row["due_at"] == now + timedelta(days=12)
    assert await open_complaints(cast) == 1
    assert await verify() == []


async def test_what_nobody_had_taken_over_was_solved_by_who_says_so(cast, case, now):
    step = await led(case, "solve", by=cast.bob, now=now)
    assert (await find(CASE, cast.sam, case))["owner"] == cast.bob.id
    assert step.fields["solution"] == "New seal" and step.fields["owner"] == str(cast.bob.id)
    found = await DB.fetchrow("SELECT owner, state FROM record WHERE id = $1", case)
    assert tuple(found.values()) == (cast.bob.id, "solved")


async def test_a_solution_has_the_limit_of_its_field(cast, case, now):
    with pytest.raises(Invalid) as refused:
        await led(case, "solve", by=cast.sam, now=now, fields={"solution": "x" * 20_001})
    assert set(refused.value.fields) == {"solution"}
    assert (await find(CASE, cast.sam, case))["state"] == "open"


async def test_readers_and_outsiders_take_no_step(cast, case, now):
    for nobody in (cast.rita,):
        with pytest.raises(Refused):
            await led(case, "take", by=nobody, now=now)


async def test_a_step_and_an_edit_never_both_win(cast, case, now):
    seen = (await find(CASE, cast.sam, case))["revision"]
    await edit(CASE, case, {"priority": "urgent"}, by=cast.sam, now=now)
    with pytest.raises(Stale):
        await led(case, "take", by=cast.bob, now=now, revision=seen)
    await led(case, "take", by=cast.bob, now=now)
    with pytest.raises(Stale):
        await edit(CASE, case, {"owner": cast.sam.id}, by=cast.sam, now=now, revision=seen + 1)
    assert (await find(CASE, cast.sam, case))["owner"] == cast.bob.id


async def test_a_deleted_case_counts_nowhere_until_it_is_restored(cast, case, now):
    await delete(CASE, case, by=cast.sam, now=now)
    assert await open_complaints(cast) == 0
    await restore(CASE, case, by=cast.sam, now=now)
    assert await open_complaints(cast) == 1
