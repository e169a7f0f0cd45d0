"""What each fact is for records written by hand, at the edges of its period and without records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

import kam.vocabulary  # noqa: F401  puts the facts in force
from kam.facts.catalogue import current
from kam.facts.gathering import gather, gather_some
from kam.plans.sections import REQUIRED
from tests.cast import Cast
from tests.facts import book
from tests.facts.book import TODAY
from tests.placing import place_in

pytestmark = pytest.mark.usefixtures("db")


async def facts(customer: UUID, *names: str) -> dict[str, Any]:
    return await gather("customer", customer, as_of=TODAY, names=names or None)


async def test_a_customer_without_records_has_nothing_and_leaves_open_what_cannot_be_known() -> None:
    found = await facts(await book.customer())
    assert found["revenue_12m"] == found["margin_12m"] == found["contribution_12m"] == 0
    assert found["orders_12m"] == found["open_cases"] == found["team_size"] == found["warning_level"] == 0
    assert found["blacklisted"] is found["has_lead"] is found["approved_plan"] is False
    for name in ("days_since_order", "days_since_contact", "feeling_index", "revenue_trend", "plan_days_left"):
        assert found[name] is None, name
    assert found["stage"] == "build"
    assert found["behaviour_index"] == 0
    assert found["health"] == 35  # a neutral feeling and no complaint


async def test_revenue_covers_twelve_months_up_to_and_including_the_date() -> None:
    customer = await book.customer()
    await book.order(customer, 0, "1")
    await book.order(customer, 364, "10")  # 16 June 2025, the first day of the year
    await book.order(customer, 365, "100")  # 15 June 2025 belongs to the year before
    await book.order(customer, 729, "1000")
    await book.order(customer, 730, "10000")
    await book.order(customer, -1, "100000")  # dated tomorrow
    found = await facts(customer, "revenue_12m", "revenue_prior_12m", "orders_12m", "days_since_order")
    assert found == {"revenue_12m": 11, "revenue_prior_12m": 1100, "orders_12m": 2, "days_since_order": 0}


async def test_a_return_lowers_revenue_and_margin_but_is_no_order() -> None:
    customer = await book.customer()
    await book.order(customer, 20, "100.00", "60.00")
    await book.order(customer, 10, "-25.00", "-15.00")
    found = await facts(customer)
    assert found["revenue_12m"] == 75
    assert found["margin_12m"] == 30
    assert found["margin_rate"] == 40
    assert (found["orders_12m"], found["average_order"], found["returns_rate"]) == (1, 100, 25)
    assert found["days_since_order"] == 20


async def test_deleted_and_cancelled_orders_count_nowhere() -> None:
    customer = await book.customer()
    await book.order(customer, 5, "100", deleted_at=book.moment(1))
    await book.order(customer, 5, "100", state="cancelled")
    assert (await facts(customer, "revenue_12m"))["revenue_12m"] == 0


async def test_margin_is_not_known_while_no_order_has_a_cost() -> None:
    customer = await book.customer()
    await book.order(customer, 5, "100")
    found = await facts(customer, "margin_12m", "margin_rate", "contribution_12m", "segment")
    assert found == {"margin_12m": None, "margin_rate": None, "contribution_12m": None, "segment": ""}
    await book.order(customer, 5, "50", "20")
    found = await facts(customer, "margin_12m", "margin_rate")
    assert found == {"margin_12m": 30, "margin_rate": 60}


async def test_amounts_are_in_the_currency_of_the_customer() -> None:
    customer = await book.customer(currency="USD")
    await book.order(customer, 5, "100", currency="EUR")
    await book.order(customer, 5, "50", currency="USD")
    await book.opportunity(customer, "200", currency="EUR")
    found = await facts(customer, "revenue_12m", "open_opportunity_amount", "currency")
    assert found == {
        "revenue_12m": Decimal("158.00"),
        "open_opportunity_amount": Decimal("216.00"),
        "currency": "USD",
    }


async def test_order_delay_compares_with_the_usual_interval() -> None:
    customer = await book.customer()
    for ago in (90, 70, 50, 30):
        await book.order(customer, ago, "10")
    found = await facts(customer, "order_interval_days", "order_delay")
    assert found == {"order_interval_days": 20, "order_delay": Decimal("1.50")}


async def test_one_order_has_no_interval() -> None:
    customer = await book.customer()
    await book.order(customer, 30, "10")
    assert await facts(customer, "order_interval_days", "order_delay") == {
        "order_interval_days": None,
        "order_delay": None,
    }


async def test_trend_is_not_known_without_a_year_before() -> None:
    customer = await book.customer()
    await book.order(customer, 5, "150")
    assert (await facts(customer, "revenue_trend"))["revenue_trend"] is None
    await book.order(customer, 400, "100")
    assert (await facts(customer, "revenue_trend"))["revenue_trend"] == 50


async def test_opportunities_are_open_until_the_day_they_are_closed() -> None:
    customer = await book.customer()
    await book.opportunity(customer, "100", probability=30)
    await book.opportunity(customer, "100", "won", closed_on=TODAY)
    await book.opportunity(customer, "100", "lost", closed_on=TODAY + timedelta(days=1))
    await book.opportunity(customer, "900", deleted_at=book.moment(1))
    found = await facts(customer, "open_opportunities", "open_opportunity_amount", "opportunities_won_12m", "win_rate")
    assert found == {
        "open_opportunities": 2,
        "open_opportunity_amount": 200,
        "opportunities_won_12m": 1,
        "win_rate": 100,
    }


async def test_contacts_count_by_channel_and_age() -> None:
    customer = await book.customer(contact_every_days=7)
    await book.contact(customer, 10)
    await book.contact(customer, 100, "visit")
    await book.contact(customer, 400, "visit")
    await book.contact(customer, -3)  # planned
    found = await facts(customer, "days_since_contact", "interactions_90d", "visits_12m", "contact_overdue_days")
    assert found == {"days_since_contact": 10, "interactions_90d": 1, "visits_12m": 1, "contact_overdue_days": 3}


async def test_hours_without_a_cost_count_at_the_cost_of_an_hour() -> None:
    customer = await book.customer()
    await book.contact(customer, 10, hours=Decimal("1.5"))
    await book.contact(customer, 10, hours=Decimal("2"), cost=Decimal("10"))
    found = await facts(customer, "effort_hours_12m", "effort_cost_12m")
    assert found == {"effort_hours_12m": Decimal("3.50"), "effort_cost_12m": 100}


async def test_feeling_runs_from_minus_100_to_100_and_ignores_contacts_where_nobody_could_tell() -> None:
    customer = await book.customer()
    await book.contact(customer, 10, feeling=-2)
    await book.contact(customer, 20)
    await book.contact(customer, 200, feeling=1)
    found = await facts(customer, "feeling_index", "feeling_trend")
    assert found == {"feeling_index": -25, "feeling_trend": -150}


async def test_contact_concentration_is_the_share_of_who_holds_most(cast: Cast) -> None:
    for person, times in ((cast.alice, 3), (cast.bob, 1)):
        for _ in range(times):
            await book.contact(cast.acme, 10, created_by=person.id)
    found = await facts(cast.acme, "contact_concentration", "people_in_contact_12m")
    assert found == {"contact_concentration": 75, "people_in_contact_12m": 2}


async def test_cases_are_overdue_from_the_day_after_they_are_due() -> None:
    customer = await book.customer()
    await book.case(customer, 40, due_at=book.moment(0))
    await book.case(customer, 30, due_at=book.moment(1))
    await book.case(customer, 20, "repair", state="solved", solved_at=book.moment(10))
    found = await facts(
        customer, "open_cases", "open_complaints", "oldest_complaint_days", "overdue_cases", "days_to_solve"
    )
    assert found == {
        "open_cases": 2,
        "open_complaints": 2,
        "oldest_complaint_days": 40,
        "overdue_cases": 1,
        "days_to_solve": 10,
    }


async def test_people_count_by_their_stance() -> None:
    customer = await book.customer(blacklisted_at=book.moment(3))
    await book.known_person(customer, "champion", 5)
    await book.known_person(customer, "opponent")
    await book.known_person(customer, "champion", deleted_at=book.moment(2))
    names = ("contacts_known", "champions", "opponents", "decision_makers", "blacklisted")
    assert await facts(customer, *names) == {
        "contacts_known": 2,
        "champions": 1,
        "opponents": 1,
        "decision_makers": 1,
        "blacklisted": True,
    }


async def test_a_team_member_serves_until_the_day_the_service_ends(cast: Cast) -> None:
    await book.insert("account_member", customer=cast.acme, person=cast.alice.id, position="lead", since=book.day(0))
    until = {"since": book.day(9), "until": book.day(0)}
    await book.insert("account_member", customer=cast.acme, person=cast.bob.id, position="sales", **until)
    assert await facts(cast.acme, "team_size", "has_lead") == {"team_size": 1, "has_lead": True}


async def test_a_plan_counts_while_it_is_approved_and_its_period_runs(cast: Cast) -> None:
    plan = await _plan(cast, book.day(10), book.day(-20))
    initiative = await book.insert("initiative", plan=plan, title="Grow")
    for due in (book.day(1), book.day(0), None):
        await book.insert("action", initiative=initiative, title="Call", due_on=due)
    await book.instance("account_plan", plan, cast.acme, "draft", book.moment(10))
    names = ("approved_plan", "plan_days_left", "open_actions", "overdue_actions")
    assert (await facts(cast.acme, "approved_plan"))["approved_plan"] is False
    await place_in("account_plan", plan, "approved")
    assert await facts(cast.acme, *names) == {
        "approved_plan": True,
        "plan_days_left": 20,
        "open_actions": 3,
        "overdue_actions": 1,
    }


async def test_a_plan_knows_what_it_lacks_and_the_facts_of_its_customer(cast: Cast) -> None:
    plan = await _plan(cast, book.day(-5), book.day(-300))
    await book.insert("plan_section", plan=plan, key="situation", text="We are here.")
    await book.insert("plan_section", plan=plan, key="vision", text="  ")
    await book.insert("objective", plan=plan, title="Grow", fact="revenue_12m")
    await book.insert("risk", plan=plan, title="Price war")
    await book.order(cast.acme, 5, "70")
    found = await gather("plan", plan, as_of=TODAY)
    assert found["plan_sections_missing"] == len(REQUIRED) - 1
    assert (found["plan_objectives"], found["plan_objectives_unmeasured"], found["plan_risks"]) == (1, 1, 1)
    assert (found["plan_actions"], found["plan_days_to_start"]) == (0, 5)
    assert found["revenue_12m"] == 70


async def test_facts_of_many_are_those_of_each(cast: Cast) -> None:
    await book.order(cast.acme, 5, "70")
    await book.contact(cast.omega, 3)
    plans = [await _plan(cast, book.day(-5), book.day(-300)), await _plan(cast, book.day(20), book.day(-40))]
    for kind, subjects in (("customer", [cast.acme, cast.omega]), ("plan", plans)):
        names = current().facts(kind).keys()
        together = await gather_some(kind, [*subjects, subjects[0]], as_of=TODAY, names=names)
        assert together == {subject: await gather(kind, subject, as_of=TODAY) for subject in subjects}


async def test_a_fact_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="no such_thing"):
        await gather("customer", UUID(int=1), as_of=TODAY, names=["such_thing"])
    with pytest.raises(KeyError, match="no such_thing"):
        await gather_some("plan", [UUID(int=1)], as_of=TODAY, names=["such_thing"])


async def _plan(cast: Cast, start: Any, end: Any) -> UUID:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    return await book.insert(
        "plan",
        customer=cast.acme,
        title="Plan",
        period_start=start,
        period_end=end,
        author=cast.alice.id,
        created_at=made,
        updated_at=made,
    )
