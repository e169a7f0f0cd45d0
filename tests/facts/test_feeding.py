"""Facts measured elsewhere come in by name, value and date; the latest value up to a date counts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

import kam.vocabulary  # noqa: F401
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed
from kam.facts.feeding import Measure, feed
from kam.facts.gathering import gather
from kam.workflow import triggering
from kam.workflow.actors import SYSTEM
from kam.workflow.registry import current
from tests.facts import book
from tests.facts.book import TODAY, day, moment

pytestmark = pytest.mark.usefixtures("db")

NOW = moment(0, 9)


def _measure(customer: UUID, value: str, ago: int = 0, name: str = "credit_rating") -> Measure:
    return Measure(customer, name, Decimal(value), day(ago))


async def _feed(*rows: Measure, ago: int = 0) -> int:
    return await feed(rows, by=SYSTEM, now=moment(ago, 9))


async def _rating(customer: UUID, ago: int = 0) -> Any:
    facts = await gather("customer", customer, as_of=TODAY - timedelta(days=ago), names=["credit_rating"])
    return facts["credit_rating"]


async def test_what_was_never_measured_is_not_known() -> None:
    facts = await gather("customer", await book.customer(), as_of=TODAY)
    assert (facts["credit_rating"], facts["deposits"], facts["usage_change"]) == (None, None, None)


async def test_the_latest_value_counts_whatever_the_order_it_came_in() -> None:
    customer = await book.customer()
    assert await _feed(_measure(customer, "55", 3), _measure(customer, "70", 40)) == 2
    assert await _rating(customer) == 55


async def test_a_past_day_knows_only_what_was_measured_and_recorded_by_then() -> None:
    customer = await book.customer()
    await _feed(_measure(customer, "70", 40), ago=39)
    await _feed(_measure(customer, "55", 20))
    assert [await _rating(customer, ago) for ago in (41, 39, 10, 0)] == [None, 70, 70, 55]


async def test_the_stored_facts_follow_at_once() -> None:
    customer = await book.customer()
    await _feed(
        _measure(customer, "1200.505", name="deposits"),
        _measure(customer, "-12.34", name="usage_change"),
        _measure(customer, "61"),
    )
    row = await DB.fetchrow("SELECT * FROM customer_fact WHERE customer = $1", customer)
    assert row is not None
    assert (row["deposits"], row["usage_change"], row["credit_rating"]) == (Decimal("1200.51"), Decimal("-12.3"), 61)


async def test_the_same_again_changes_nothing_and_another_value_corrects() -> None:
    customer = await book.customer()
    assert await _feed(_measure(customer, "55", 3)) == 1
    assert await _feed(_measure(customer, "55", 3)) == 0
    assert await _feed(_measure(customer, "45", 3), _measure(customer, "35", 3)) == 1
    assert await _rating(customer) == 35
    assert await DB.fetchval("SELECT count(*) FROM measured_fact") == 1


async def test_nothing_is_taken_when_a_row_is_wrong() -> None:
    customer = await book.customer()
    rows = [
        _measure(customer, "50"),
        _measure(customer, "50", name="mood"),
        _measure(customer, "50", ago=-1),
        _measure(customer, "NaN"),
    ]
    with pytest.raises(Invalid) as refused:
        await _feed(*rows)
    assert sorted(refused.value.fields) == ["2", "3", "4"]
    with pytest.raises(Invalid) as refused:
        await _feed(rows[0], _measure(new_id(), "50"))
    assert sorted(refused.value.fields) == ["2"]
    assert await DB.fetchval("SELECT count(*) FROM measured_fact") == 0


async def test_only_administrators_and_the_system_feed(cast: Any) -> None:
    rows = [_measure(cast.acme, "50")]
    with pytest.raises(NotAllowed):
        await feed(rows, by=cast.mona, now=NOW)
    assert await feed(rows, by=cast.ada, now=NOW) == 1
    assert await DB.fetchval("SELECT recorded_by FROM measured_fact") == cast.ada.id


async def test_a_weak_rating_raises_the_level_and_an_unknown_one_does_not(cast: Any) -> None:
    definition = current().definitions["early_warning"]
    weak = definition.triggers["credit_weak"]
    assert await triggering.matches(definition, weak, now=NOW) == []
    await feed([_measure(cast.acme, "39.9"), _measure(cast.omega, "40")], by=SYSTEM, now=NOW)
    found = await triggering.matches(definition, weak, now=NOW)
    assert [await DB.fetchval("SELECT customer FROM workflow_instance WHERE id = $1", id) for id in found] == [
        cast.acme
    ]
