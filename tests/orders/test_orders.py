"""Orders: taken, changed, cancelled, returned, deleted and restored, by page and verb."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound, Stale
from kam.facts.catalogue import current as facts
from kam.orders import queries
from kam.orders.kind import ORDER
from kam.records.deleting import delete, restore
from tests import cataloguing
from tests.ordering import cancel, change, find, line, move, take

DAY = date(2026, 5, 4)
PUMP = {"code": "P", "name": "Pump", "list_price": Decimal(20), "cost": Decimal(12)}


async def taken(cast, now, **more):
    return await take(
        cast.acme, [line(3, description="Pump", price="19.99")], ordered_on=DAY, by=cast.alice, now=now, **more
    )


async def revenue(customer):
    return await DB.fetchval("SELECT revenue_12m FROM customer_fact WHERE customer = $1", customer)


async def test_an_order_sums_its_lines_exactly_and_the_facts_follow(cast, now):
    order = await taken(cast, now)
    row = await find(cast.alice, order)
    assert (row["total"], row["number"], row["state"]) == (Decimal("59.97"), "O-20260504-1", "open")
    assert await revenue(cast.acme) == Decimal("59.97")
    assert await DB.fetchval("SELECT event FROM record_change WHERE record = $1", order) == "created"


async def test_months_and_the_latest_orders_are_of_customers_one_sees(cast, now):
    await taken(cast, now)
    assert [row["number"] for row in await queries.latest(cast.alice, cast.acme)] == ["O-20260504-1"]
    assert sum(row["amount"] for row in await queries.months(cast.alice, cast.acme, now.date())) == Decimal("59.97")
    assert await queries.latest(cast.charlie, cast.acme) == await queries.months(cast.charlie, cast.acme, DAY) == []


async def test_it_is_found_by_its_number_which_is_not_said_twice(cast, now):
    order = await taken(cast, now)
    row = await DB.fetchrow("SELECT number, title, state FROM record WHERE id = $1", order)
    assert tuple(row) == ("", "O-20260504-1", "open")


async def test_price_and_cost_come_from_the_product_of_that_day(cast, now):
    product = await cataloguing.add(PUMP, by=cast.alice, now=now)
    order = await take(cast.acme, [line(2, product)], ordered_on=DAY, by=cast.alice, now=now)
    row = await find(cast.alice, order)
    assert (row["total"], row["cost"]) == (Decimal(40), Decimal(24))


async def test_prices_and_costs_are_exchanged_into_the_currency_of_the_order(cast, now):
    product = await cataloguing.add(PUMP, by=cast.alice, now=now)
    order = await take(cast.acme, [line(2, product)], ordered_on=DAY, by=cast.alice, now=now, currency="CNY")
    rate = facts().currencies.rates["CNY"]
    row = await find(cast.alice, order)
    assert (row["total"], row["cost"]) == (40 * rate, 24 * rate)


async def test_what_is_in_yen_has_no_cents(cast, now):
    product = await cataloguing.add({**PUMP, "cost": Decimal("12.34"), "currency": "JPY"}, by=cast.alice, now=now)
    lines = [line(3, product, price="33.5"), line("1.5", product, price="0.4")]
    order = await take(cast.acme, lines, ordered_on=DAY, by=cast.alice, now=now, currency="JPY")
    row = await find(cast.alice, order)
    assert (row["total"], row["cost"]) == (Decimal(102), Decimal(56))
    amounts = await DB.fetch("SELECT amount, unit_price FROM sales_order_line ORDER BY position")
    assert [tuple(one) for one in amounts] == [(Decimal(101), Decimal("33.5")), (Decimal(1), Decimal("0.4"))]


async def test_a_later_change_of_an_order_keeps_the_cost_of_its_day(cast, now):
    product = await cataloguing.add(PUMP, by=cast.alice, now=now)
    order = await take(cast.acme, [line(2, product, price=20)], ordered_on=DAY, by=cast.alice, now=now)
    await cataloguing.change_product(product, {**PUMP, "cost": Decimal(15)}, by=cast.alice, now=now)
    await change(order, {"notes": "urgent", "lines": [line(3, product, price=20)]}, by=cast.alice, now=now)
    assert (await find(cast.alice, order))["cost"] == Decimal(36)


async def test_lines_that_nobody_touches_keep_the_amounts_they_came_with(cast, now):
    """A file gives amounts that quantity and price, each rounded, do not come to."""
    order = await taken(cast, now)
    await DB.execute("UPDATE sales_order_line SET amount = 60 WHERE sales_order = $1", order)
    await DB.execute("UPDATE sales_order SET total = 60 WHERE id = $1", order)
    await change(order, {"notes": "urgent"}, by=cast.alice, now=now)
    assert (await find(cast.alice, order))["total"] == 60


async def test_numbers_go_on_after_one_that_was_given_by_hand(cast, now):
    await taken(cast, now, number="O-20260504-7")
    await taken(cast, now, number="O-20260504-99999999999")
    order = await taken(cast, now)
    assert (await find(cast.alice, order))["number"] == "O-20260504-8"


async def test_a_change_replaces_the_lines_and_a_stale_one_is_refused(cast, now):
    order = await taken(cast, now)
    lines = [line(1, description="Pump", price=5)]
    await change(order, {"notes": "less", "lines": lines}, by=cast.alice, now=now, revision=1)
    assert (await find(cast.alice, order))["total"] == Decimal(5)
    with pytest.raises(Stale):
        await change(order, {"notes": "old", "lines": lines}, by=cast.alice, now=now, revision=1)
    with pytest.raises(Stale):
        await cancel(order, by=cast.alice, now=now, revision=1)


async def test_a_cancelled_order_and_a_deleted_one_count_nowhere(cast, now):
    order = await taken(cast, now)
    await cancel(order, by=cast.alice, now=now)
    assert await revenue(cast.acme) == 0
    other = await taken(cast, now)
    await delete(ORDER, other, by=cast.alice, now=now)
    assert await revenue(cast.acme) == 0
    await restore(ORDER, other, by=cast.alice, now=now)
    assert await revenue(cast.acme) == Decimal("59.97")


async def test_it_is_led_on_by_its_workflow_and_back_where_somebody_was_wrong(cast, now):
    order = await taken(cast, now)
    for step, state in {
        "confirm": "confirmed",
        "ship": "shipped",
        "deliver": "delivered",
        "take_back_delivery": "shipped",
        "take_back_shipment": "confirmed",
        "cancel": "cancelled",
        "take_up_again": "open",
    }.items():
        assert (await move(order, step, by=cast.bob, now=now)).to_state == state
        assert (await find(cast.alice, order))["state"] == state
    assert await revenue(cast.acme) == Decimal("59.97")


async def test_it_may_be_changed_wherever_it_stands(cast, now):
    order = await taken(cast, now, state="delivered")
    await cancel(order, by=cast.alice, now=now)
    await change(order, {"notes": "Sent twice"}, by=cast.alice, now=now)
    assert (await find(cast.alice, order))["notes"] == "Sent twice"


async def test_outsiders_and_readers_are_refused(cast, now):
    order = await taken(cast, now)
    with pytest.raises(NotFound):
        await change(order, {"notes": "x"}, by=cast.charlie, now=now)
    with pytest.raises(NotAllowed):
        await change(order, {"notes": "x"}, by=cast.rita, now=now)
    with pytest.raises(NotFound):
        await take(cast.acme, [line(1, description="x")], ordered_on=DAY, by=cast.charlie, now=now)


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ([], "lines"),
        ([line(0, description="Pump", price=1)], "lines_0_quantity"),
        ([line(1, price=1)], "lines_0_description"),
        ([line(10**7, description="Pump", price=10**8)], "lines"),
    ],
)
async def test_lines_that_are_none_are_refused(cast, now, wrong, at):
    with pytest.raises(Invalid) as refused:
        await take(cast.acme, wrong, ordered_on=DAY, by=cast.alice, now=now)
    assert set(refused.value.fields) == {at}
