"""Facts of a past date are what they were on that date, whatever was recorded, moved or deleted since."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

import kam.vocabulary  # noqa: F401
from kam.database.engine import DB
from kam.facts.gathering import gather
from kam.facts.refreshing import refresh
from tests.cast import Cast
from tests.facts import book
from tests.facts.book import TODAY, day, moment

pytestmark = pytest.mark.usefixtures("db")


async def test_what_was_recorded_later_does_not_count() -> None:
    customer = await book.customer()
    await book.order(customer, 50, "10", created_at=moment(50))
    await book.order(customer, 50, "100", created_at=moment(10))
    await book.contact(customer, 50, created_at=moment(10))
    then = await gather("customer", customer, as_of=day(20))
    assert (then["revenue_12m"], then["interactions_90d"]) == (10, 0)
    now = await gather("customer", customer, as_of=TODAY)
    assert (now["revenue_12m"], now["interactions_90d"]) == (110, 1)


async def test_what_was_deleted_later_still_counts() -> None:
    customer = await book.customer()
    await book.order(customer, 50, "10", deleted_at=moment(10))
    assert (await gather("customer", customer, as_of=day(20)))["revenue_12m"] == 10
    assert (await gather("customer", customer, as_of=TODAY))["revenue_12m"] == 0


async def test_what_was_settled_later_is_still_open() -> None:
    customer = await book.customer()
    await book.case(customer, 50, state="solved", solved_at=moment(10))
    await book.contact(customer, 60, next_step_on=day(40), next_step_done_at=moment(10))
    names = ["open_complaints", "overdue_next_steps"]
    assert await gather("customer", customer, as_of=day(20), names=names) == dict.fromkeys(names, 1)
    assert await gather("customer", customer, as_of=TODAY, names=names) == dict.fromkeys(names, 0)


async def test_stage_and_level_are_those_of_the_date() -> None:
    customer = await book.customer()
    relationship = await book.instance("relationship", customer, customer, "build", moment(100))
    warning = await book.instance("early_warning", customer, customer, "normal", moment(100))
    await book.step(relationship, 1, "build", "develop", moment(60))
    await book.step(relationship, 2, "develop", "maintain", moment(30))
    await book.step(warning, 1, "normal", "doubtful", moment(5))
    names = ["stage", "days_in_stage", "warning_level", "days_in_warning_level"]

    async def stood(ago: int) -> list[object]:
        return list((await gather("customer", customer, as_of=day(ago), names=names)).values())

    order = sorted(names)
    assert order == ["days_in_stage", "days_in_warning_level", "stage", "warning_level"]
    assert await stood(0) == [30, 5, "maintain", 2]
    assert await stood(6) == [24, 94, "maintain", 0]
    assert await stood(30) == [0, 70, "maintain", 0]
    assert await stood(31) == [29, 69, "develop", 0]
    assert await stood(80) == [20, 20, "build", 0]


async def test_an_approval_does_not_reach_back(cast: Cast) -> None:
    values = {"period_start": day(60), "period_end": day(-60), "author": cast.alice.id}
    plan = await book.insert(
        "plan", customer=cast.acme, title="Plan", created_at=moment(70), updated_at=moment(70), **values
    )
    instance = await book.instance("account_plan", plan, cast.acme, "draft", moment(70))
    await book.step(instance, 1, "draft", "submitted", moment(40))
    await book.step(instance, 2, "submitted", "approved", moment(20))
    approved = [
        (await gather("customer", cast.acme, as_of=day(ago), names=["approved_plan"]))["approved_plan"]
        for ago in (50, 21, 20, 0)
    ]
    assert approved == [False, False, True, True]


async def test_the_share_of_revenue_is_measured_by_the_total_of_the_date() -> None:
    customer, other = await book.customer(), await book.customer()
    await book.order(customer, 50, "100", created_at=moment(50))
    await book.order(other, 50, "300", created_at=moment(50))
    await refresh(as_of=day(20), now=moment(20))
    await book.order(other, 5, "600", created_at=moment(5))
    await refresh(as_of=TODAY, now=moment(0))
    assert await _share(customer, 20) == 25
    assert await _share(customer, 0) == 10


async def test_all_facts_of_a_past_date_stay_the_same_when_more_happens(cast: Cast) -> None:
    await book.order(cast.omega, 40, "100", "70", created_at=moment(40))
    await book.contact(cast.omega, 35, feeling=1, hours=2, created_at=moment(35), created_by=cast.charlie.id)
    await book.case(cast.omega, 30)
    as_of = TODAY + timedelta(days=1)
    before = await gather("customer", cast.omega, as_of=as_of)
    later = moment(-5)
    await book.order(cast.omega, -5, "500", "10", created_at=later)
    await book.contact(cast.omega, -5, at=later, created_at=later)
    await book.case(cast.omega, -5)
    await DB.execute("UPDATE service_case SET solved_at = $1, state = 'solved', updated_at = $1", later)
    await DB.execute("UPDATE sales_order SET deleted_at = $1 WHERE total = 100", later)
    assert await gather("customer", cast.omega, as_of=as_of) == before


async def _share(customer: UUID, ago: int) -> object:
    return (await gather("customer", customer, as_of=day(ago), names=["share_of_revenue"]))["share_of_revenue"]
