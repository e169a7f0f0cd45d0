"""Refreshing all customers gives each the facts that gathering it alone gives, and disturbs nobody."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kam.vocabulary  # noqa: F401
from kam.database.engine import DB
from kam.facts import refreshing
from kam.facts.gathering import gather
from kam.facts.refreshing import refresh
from kam.facts.storing import refresh_one, refresh_some, start
from tests.facts import book
from tests.facts.book import TODAY, moment

pytestmark = pytest.mark.usefixtures("db")

NOW = moment(0, 9)

_amount = st.decimals(-500, 5000, places=2).map(str)
_ago = st.integers(-3, 900)
_currency = st.sampled_from(["EUR", "USD", "JPY"])
_orders = st.lists(st.tuples(_ago, _amount, st.none() | _amount, _currency), max_size=6)
_contacts = st.lists(
    st.tuples(_ago, st.sampled_from(["visit", "phone"]), st.none() | st.integers(-2, 2), st.none() | st.integers(0, 9)),
    max_size=5,
)
_cases = st.lists(st.tuples(st.integers(0, 500), st.sampled_from(["complaint", "repair"]), st.booleans()), max_size=4)
_customers = st.lists(st.tuples(_currency, _orders, _contacts, _cases), min_size=1, max_size=4)


@given(_customers)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_refreshing_all_equals_gathering_each(customers: list[Any]) -> None:
    async with DB.transaction() as transaction:
        made = [await _write(*records) for records in customers]
        await refresh(as_of=TODAY, now=NOW)
        for customer in made:
            assert await _stored(customer) == await gather("customer", customer, as_of=TODAY)
        await refresh_some(made, as_of=TODAY, now=NOW)
        for customer in made:
            assert await _stored(customer) == await gather("customer", customer, as_of=TODAY)
        await transaction.rollback()


async def test_a_second_refresh_changes_nothing() -> None:
    await book.order(await book.customer(), 5, "10")
    assert await refresh(as_of=TODAY, now=NOW) >= 1
    assert await refresh(as_of=TODAY, now=NOW + timedelta(hours=1)) == 0


async def test_refreshing_one_customer_leaves_the_others() -> None:
    one, other = await book.customer(), await book.customer()
    for customer in (one, other):
        await book.order(customer, 5, "10")
    await refresh_one(one, as_of=TODAY, now=NOW)
    assert (await _stored(one))["revenue_12m"] == 10
    assert (await _stored(other))["revenue_12m"] == 0


async def test_new_customers_start_with_what_is_known_of_one_without_records() -> None:
    made = [await book.insert("customer", **_named(name)) for name in ("A", "B")]
    await start(made, now=NOW)
    empty = await gather("customer", UUID(int=0), as_of=TODAY)
    assert [await _stored(customer) for customer in made] == [empty, empty]


async def test_a_customer_that_lost_its_row_gets_one() -> None:
    customer = await book.customer()
    await DB.execute("DELETE FROM customer_fact WHERE customer = $1", customer)
    await refresh(as_of=TODAY, now=NOW)
    assert (await _stored(customer))["customer_age_days"] > 2000


async def test_customers_are_ranked_by_score() -> None:
    rich, poor = await book.customer(), await book.customer()
    await book.order(rich, 5, "100000", "50000")
    await refresh(as_of=TODAY, now=NOW)
    ranks = {row["customer"]: row["rank"] for row in await DB.fetch("SELECT customer, rank FROM customer_fact")}
    assert (ranks[rich], ranks[poor]) == (1, 2)


async def test_a_row_written_during_the_refresh_is_newer_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = await book.customer()
    await book.order(customer, 5, "10")
    together = refreshing._put_together

    async def meanwhile(*args: Any) -> int:
        total = await together(*args)
        await book.order(customer, 4, "90")
        await refresh_one(customer, as_of=TODAY, now=NOW)
        return total

    monkeypatch.setattr(refreshing, "_put_together", meanwhile)
    await refresh(as_of=TODAY, now=NOW)
    assert (await _stored(customer))["revenue_12m"] == 100


async def test_a_refresh_tells_its_progress_and_stops_when_told() -> None:
    customer = await book.customer()
    await book.order(customer, 5, "10")
    seen: list[tuple[int, int]] = []

    async def stop(done: int, total: int) -> None:
        seen.append((done, total))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await refresh(as_of=TODAY, now=NOW, progress=stop)
    assert seen == [(0, await DB.fetchval("SELECT count(*) FROM customer"))]
    assert (await _stored(customer))["revenue_12m"] == 0
    assert await refresh(as_of=TODAY, now=NOW) >= 1


async def _write(currency: str, orders: list[Any], contacts: list[Any], cases: list[Any]) -> UUID:
    customer = await book.customer(currency=currency)
    for ago, total, cost, paid_in in orders:
        await book.order(customer, ago, total, cost, currency=paid_in)
    for ago, channel, feeling, hours in contacts:
        hours = None if hours is None else Decimal(hours)
        await book.contact(customer, ago, channel, feeling=feeling, hours=hours)
    for ago, kind, solved in cases:
        await book.case(customer, ago, kind, solved_at=moment(ago, 18) if solved else None)
    return customer


async def _stored(customer: UUID) -> dict[str, Any]:
    row = await DB.fetchrow("SELECT * FROM customer_fact WHERE customer = $1", customer)
    assert row is not None
    return {name: value for name, value in row.items() if name not in ("customer", "computed_at", "as_of", "rank")}


def _named(name: str) -> dict[str, Any]:
    return {"name": name, "code": name, "created_at": NOW, "updated_at": NOW}


async def test_facts_of_a_clock_that_was_years_ahead_come_back_when_it_is_right_again():
    customer = await book.customer()
    ahead = TODAY.replace(year=2099)
    await refresh(as_of=TODAY, now=NOW)
    await refresh(as_of=ahead, now=NOW.replace(year=2099))
    assert await DB.fetchval("SELECT as_of FROM customer_fact WHERE customer = $1", customer) == ahead
    await refresh(as_of=TODAY, now=NOW)
    row = await DB.fetchrow("SELECT as_of, computed_at FROM customer_fact WHERE customer = $1", customer)
    assert tuple(row) == (TODAY, NOW)
    assert await DB.fetchval("SELECT count(*) FROM fact_refresh WHERE as_of > $1", TODAY) == 0
