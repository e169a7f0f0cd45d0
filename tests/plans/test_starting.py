"""Starting a plan, also from the one before."""

from datetime import date
from decimal import Decimal

import pytest

from kam.errors import Invalid, NotAllowed, NotFound
from kam.plans.completing import complete
from kam.plans.describing import describe
from kam.plans.planning_actions import plan_action
from kam.plans.queries import find, in_force, initiatives, objectives, of_customer, risks, sections
from kam.plans.starting import start
from tests.plans.conftest import PERIOD
from tests.racing import at_once

NEXT = {"period_start": date(2027, 7, 1), "period_end": date(2028, 6, 30)}


async def test_a_plan_begins_as_a_draft_of_its_author(plan, cast):
    row = await find(cast.alice, plan)
    assert (row["state"], row["author"], row["customer"]) == ("draft", cast.alice.id, cast.acme)
    assert [one["id"] for one in await of_customer(cast.alice, cast.acme)] == [plan]
    assert await in_force(cast.acme) == []


async def test_nobody_starts_a_plan_for_a_customer_they_do_not_see_or_without_the_right(cast, now):
    with pytest.raises(NotFound):
        await start(cast.omega, title="x", **PERIOD, by=cast.alice, now=now)
    with pytest.raises(NotAllowed):
        await start(cast.acme, title="x", **PERIOD, by=cast.rita, now=now)


async def test_a_period_that_ends_before_it_begins_is_refused_on_its_field(cast, now):
    first, last = date(2026, 1, 1), date(2027, 1, 1)
    for title, period, field in (("", (first, last), "title"), ("Plan", (last, first), "period_end")):
        with pytest.raises(Invalid) as refusal:
            await start(cast.acme, title=title, period_start=period[0], period_end=period[1], by=cast.alice, now=now)
        assert set(refusal.value.fields) == {field}


async def test_a_second_draft_for_the_same_time_is_refused(plan, cast, now):
    with pytest.raises(Invalid) as refusal:
        await start(cast.acme, title="Another", **PERIOD, by=cast.bob, now=now)
    assert "period_start" in refusal.value.fields


async def test_carrying_over_takes_texts_objectives_open_actions_and_risks(ready, cast, now):
    old = (await initiatives(ready))[0]
    await complete(ready, old["actions"][0]["id"], by=cast.alice, now=now)
    await plan_action(ready, old["id"], title="Still open", by=cast.alice, now=now)
    new = await start(cast.acme, title="Next", **NEXT, by=cast.alice, now=now, carried_over_from=ready)
    assert {k: v["text"] for k, v in (await sections(new)).items()} == {
        k: v["text"] for k, v in (await sections(ready)).items()
    }
    assert [(one["title"], one["target"]) for one in await objectives(new)] == [("Double the revenue", Decimal(200))]
    assert [action["title"] for action in (await initiatives(new))[0]["actions"]] == ["Still open"]
    assert [risk["title"] for risk in await risks(new)] == ["The plant opens late"]
    assert (await find(cast.alice, new))["supersedes"] == ready


async def test_only_a_plan_of_the_same_customer_is_carried_over(ready, cast, now):
    with pytest.raises(Invalid):
        await start(cast.omega, title="Next", **NEXT, by=cast.ada, now=now, carried_over_from=ready)


async def test_a_period_is_not_moved_into_that_of_another_draft(plan, cast, now):
    later = await start(cast.acme, title="Later", **NEXT, by=cast.alice, now=now)
    for who in (cast.alice, cast.bob):
        with pytest.raises(Invalid) as refusal:
            await describe(later, title="Later", **PERIOD, by=who, now=now)
        assert set(refusal.value.fields) == {"period_start"}
    await describe(later, title="Later still", **NEXT, by=cast.alice, now=now)
    await describe(
        later, title="Later", period_start=NEXT["period_start"], period_end=date(2029, 6, 30), by=cast.bob, now=now
    )
    await describe(plan, title="The first", **PERIOD, by=cast.alice, now=now)


async def test_of_two_periods_that_are_moved_at_one_moment_one_is_refused(committed, now):
    cast = committed
    for year in (2031, 2034):
        plans = [
            await start(cast.acme, title=f"{first}", period_start=date(first, 1, 1), period_end=date(first, 12, 31),
                        by=cast.alice, now=now)
            for first in (year, year + 1)
        ]  # fmt: skip
        moved = {"period_start": date(year + 2, 1, 1), "period_end": date(year + 2, 12, 31)}
        done = await at_once(*(describe(plan, title="Moved", **moved, by=cast.alice, now=now) for plan in plans))
        assert sorted(type(one).__name__ for one in done) == ["Invalid", "NoneType"]
