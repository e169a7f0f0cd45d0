"""Whatever two people and the system do with one customer at one moment, its stored facts are what its records say."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from kam.customers.creating import create
from kam.database.engine import DB
from kam.facts.refreshing import refresh
from kam.facts.storing import refresh_one
from kam.vocabulary import FACTS
from tests import ordering
from tests.belongings import belongings
from tests.cast import Cast
from tests.facts.races import LINES, Office, astray
from tests.stepping import advance


@pytest.fixture
async def office(world: Cast, now: datetime) -> Office:
    return await Office(world.acme, world.ada, world.bob.id, now, Random(7)).open()


async def _pairs(office: Office, times: int) -> None:
    names = sorted(office.doings)
    for _ in range(times):
        pair = [office.chance.choice(names) for _ in range(2)]
        await office.meet(pair)
        assert await astray(office.customer) == {}, pair


async def test_each_verb_alone_leaves_the_facts_that_a_recomputation_gives(office: Office) -> None:
    for name in office.doings:
        await office.meet([name])
        assert await astray(office.customer) == {}, name


async def test_a_new_customer_begins_with_the_facts_that_a_recomputation_gives(world: Cast, now: datetime) -> None:
    for values in ({}, {"contact_every_days": 30, "currency": "JPY"}):
        made = await create({"name": "Newcomer", **values}, by=world.alice, now=now)
        assert await astray(made) == {}


async def test_any_two_verbs_at_one_moment_leave_the_facts_that_a_recomputation_gives(office: Office) -> None:
    await _pairs(office, 60)


@pytest.mark.long
async def test_so_do_a_thousand_pairs(office: Office) -> None:
    await _pairs(office, 1000)


async def _changes_of_one_customer(office: Office, times: int) -> None:
    for _ in range(times):
        await office.meet(["add order", "add opportunity", "change order"])
        assert await astray(office.customer) == {}


async def test_changes_of_one_customer_at_once_all_count(office: Office) -> None:
    await _changes_of_one_customer(office, 15)


@pytest.mark.long
async def test_a_hundred_times_too(office: Office) -> None:
    await _changes_of_one_customer(office, 100)


async def test_an_older_refresh_takes_nothing_back(office: Office, now: datetime) -> None:
    await refresh(as_of=now.date(), now=now)
    before = await DB.fetchrow("SELECT * FROM customer_fact WHERE customer = $1", office.customer)
    for earlier in (timedelta(minutes=5), timedelta(days=1), timedelta(days=400)):
        await refresh(as_of=(now - earlier).date(), now=now - earlier)
        await refresh_one(office.customer, as_of=(now - earlier).date(), now=now - earlier)
    after = await DB.fetchrow("SELECT * FROM customer_fact WHERE customer = $1", office.customer)
    assert {**before, "rank": 0} == {**after, "rank": 0}


async def test_a_change_with_an_earlier_clock_counts_and_takes_no_day_back(office: Office, now: datetime) -> None:
    """As when one machine's midnight comes a moment before the other's."""
    tomorrow = now + timedelta(days=1)
    await refresh(as_of=tomorrow.date(), now=tomorrow)
    orders = await DB.fetchval("SELECT orders_12m FROM customer_fact WHERE customer = $1", office.customer)
    await ordering.take(office.customer, LINES, ordered_on=now.date(), by=office.by, now=now)
    row = await DB.fetchrow("SELECT * FROM customer_fact WHERE customer = $1", office.customer)
    assert (row["as_of"], row["computed_at"], row["orders_12m"]) == (tomorrow.date(), tomorrow, orders + 1)
    assert await astray(office.customer) == {}


async def test_what_was_changed_during_a_refresh_of_all_is_of_its_day_and_measured_by_its_sums(
    office: Office, world: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change comes before the sums are known and with the clock of the day before; one customer is new."""
    from kam.facts import refreshing

    tomorrow, gather_all = now + timedelta(days=1), refreshing._gather_all
    changed = [world.acme, world.omega]

    async def meanwhile(*args: object) -> None:
        await gather_all(*args)
        changed.append(await create({"name": "Newcomer"}, by=world.alice, now=now))
        lines = [ordering.line(1, description="Plant", price=9000)]
        for customer in changed:
            await ordering.take(customer, lines, ordered_on=now.date(), by=office.by, now=now)

    monkeypatch.setattr(refreshing, "_gather_all", meanwhile)
    await refresh(as_of=tomorrow.date(), now=tomorrow)
    for customer in changed:
        assert await DB.fetchval("SELECT as_of FROM customer_fact WHERE customer = $1", customer) == tomorrow.date()
        assert await astray(customer) == {}


async def test_a_step_leaves_the_facts_that_a_recomputation_gives(world: Cast, now: datetime) -> None:
    """Also those of a plan, and on a row that is still of the day before."""
    await belongings(world, now)
    await refresh_one(world.acme, as_of=now.date(), now=now)
    plan = await DB.fetchval("SELECT id FROM workflow_instance WHERE workflow = 'account_plan'")
    for step, moment in (("approve", now), ("start", now + timedelta(days=30))):
        await advance(plan, step, by=world.mona, now=moment)
        assert await astray(world.acme) == {}
        row = await DB.fetchrow("SELECT as_of, approved_plan FROM customer_fact WHERE customer = $1", world.acme)
        assert tuple(row) == (moment.date(), moment > now), "its period begins in July"


def test_what_derives_from_a_fact_follows_it() -> None:
    assert "health" in FACTS.following(["open_complaints"])
    assert FACTS.following(["stage"]) == ["stage"]
