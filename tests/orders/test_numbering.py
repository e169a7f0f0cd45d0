"""Whoever takes orders at one moment gets a number each, and one order for one form."""

from __future__ import annotations

from datetime import date

from kam.database.engine import DB
from tests.ordering import line, take
from tests.racing import at_once

DAY = date(2026, 5, 4)
LINES = [line(1, description="Pump", price=5)]


async def test_three_at_one_moment_never_get_the_same_number(committed, now):
    takers = ((committed.alice, committed.acme), (committed.charlie, committed.omega), (committed.mona, committed.acme))
    for _ in range(6):
        tried = await at_once(*(take(customer, LINES, ordered_on=DAY, by=by, now=now) for by, customer in takers))
        assert not [one for one in tried if isinstance(one, BaseException)], tried
    numbers = await DB.fetch("SELECT number FROM sales_order")
    assert {row["number"] for row in numbers} == {f"O-20260504-{n}" for n in range(1, 19)}


async def test_one_form_sent_three_times_at_one_moment_makes_one_order(committed, now):
    for number in range(6):
        own = {"by": committed.alice, "now": now, "key": f"k{number}"}
        tried = await at_once(*(take(committed.acme, LINES, ordered_on=DAY, **own) for _ in range(3)))
        assert len(set(tried)) == 1, tried
    assert await DB.fetchval("SELECT count(*) FROM sales_order") == 6
