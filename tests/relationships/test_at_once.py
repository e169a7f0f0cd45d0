"""Two at one moment on one account team, and on the steps of one relationship."""

from __future__ import annotations

import asyncio
from contextvars import Context

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotFound, Refused, Stale
from kam.plans.planning_actions import plan_action, plan_initiative
from kam.plans.weighing_risks import weigh_risk
from kam.relationships import staffing
from kam.workflow.advancing import advance
from kam.workflow.history import steps, verify
from kam.workflow.options import instance_of
from tests.plans.conftest import begun
from tests.racing import at_once


@pytest.fixture
async def cast(committed):
    return committed


async def standing(customer):
    return await DB.fetch("SELECT person FROM account_member WHERE customer = $1 AND until IS NULL", customer)


async def test_of_many_leads_at_once_one_is_left(cast, now):
    people = [cast.alice, cast.bob, cast.mona, cast.ada]
    found = await at_once(*(staffing.add(cast.acme, one.id, "lead", by=cast.mona, now=now) for one in people))
    assert len(set(found)) == 4 and len(await standing(cast.acme)) == 1
    assert await DB.fetchval("SELECT has_lead FROM customer_fact WHERE customer = $1", cast.acme)


async def test_joining_twice_at_once_is_joining_once_and_leaving_twice_is_leaving_once(cast, now):
    by = {"by": cast.mona, "now": now}
    found = await at_once(*(staffing.add(cast.acme, cast.bob.id, "service", **by) for _ in range(5)))
    assert len(set(found)) == 1
    left = await at_once(*(staffing.end(cast.acme, found[0], **by) for _ in range(5)))
    assert (left.count(None), sum(isinstance(one, NotFound) for one in left)) == (1, 4)
    assert await standing(cast.acme) == []


async def join(cast, now):
    return await staffing.add(cast.acme, cast.bob.id, "service", by=cast.mona, now=now)


async def give_an_action(cast, now):
    plan = await begun(cast, now)
    initiative = await plan_initiative(plan, title="Third plant", by=cast.alice, now=now)
    return await plan_action(plan, initiative, title="Meet", owner=cast.bob.id, by=cast.alice, now=now)


async def give_a_risk(cast, now):
    plan = await begun(cast, now)
    return await weigh_risk(plan, title="Late", likelihood=1, impact=1, owner=cast.bob.id, by=cast.alice, now=now)


@pytest.mark.parametrize("give", [join, give_an_action, give_a_risk])
async def test_nothing_is_given_to_somebody_who_is_deactivated_at_that_moment(cast, now, give):
    async with DB.transaction():
        await DB.execute("UPDATE person SET active = FALSE WHERE id = $1", cast.bob.id)
        given = asyncio.create_task(give(cast, now), context=Context())
        await asyncio.sleep(0.3)
        assert not given.done()  # it waits to hear whether they stay
    with pytest.raises(Invalid):
        await given


async def test_of_different_steps_at_one_moment_one_is_taken(cast, now):
    """Each from the page as it was: the others are told that somebody was faster."""
    instance = (await instance_of("relationship", cast.acme)).id
    step = {"by": cast.mona, "now": now, "comment": "Gone", "fields": {"reason": "price"}, "revision": 0}
    found = await at_once(*(advance(instance, "end", **step, request=f"r{number}") for number in range(8)))
    assert sum(isinstance(one, (Stale, Refused)) for one in found) == 7
    assert len(await steps(instance)) == 1 and await verify() == []


async def test_one_request_sent_at_once_with_other_words_is_one_step_and_a_conflict(cast, now):
    instance = (await instance_of("relationship", cast.acme)).id
    step = {"by": cast.mona, "now": now, "fields": {"reason": "price"}, "revision": 0, "request": "click"}
    words = ["Gone", "Gone", "Away", "Away"]
    found = await at_once(*(advance(instance, "end", comment=one, **step) for one in words))
    (taken,) = await steps(instance)
    for said, one in zip(words, found, strict=True):
        assert one == taken if said == taken.comment else isinstance(one, Stale), said
