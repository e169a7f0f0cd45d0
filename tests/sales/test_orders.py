"""Orders: taken, changed, cancelled, returned, deleted and restored, by page and verb."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound, Stale
from kam.facts.catalogue import current as facts
from kam.sales import deleting, ordering, queries
from kam.sales.order_lines import Line
from tests import cataloguing

DAY = date(2026, 5, 4)


async def taken(cast, now, **more):
    return await ordering.take(
        cast.acme,
        [Line(Decimal(3), description="Pump", unit_price=Decimal("19.99"))],
        ordered_on=DAY,
        by=cast.alice,
        now=now,
        **more,
    )


async def revenue(customer):
    return await DB.fetchval("SELECT revenue_12m FROM customer_fact WHERE customer = $1", customer)


async def test_an_order_sums_its_lines_exactly_and_the_facts_follow(cast, now):
    order = await taken(cast, now)
    row = await queries.find(cast.alice, "sales_order", order)
    assert (row["total"], row["number"]) == (Decimal("59.97"), "O-20260504-1")
    assert await revenue(cast.acme) == Decimal("59.97")
    assert await DB.fetchval("SELECT event FROM record_change WHERE record = $1", order) == "created"


async def test_price_and_cost_come_from_the_product_of_that_day(cast, now):
    product = await cataloguing.add(
        {"code": "P", "name": "Pump", "list_price": Decimal(20), "cost": Decimal(12)}, by=cast.alice, now=now
    )
    order = await ordering.take(cast.acme, [Line(Decimal(2), product)], ordered_on=DAY, by=cast.alice, now=now)
    row = await queries.find(cast.alice, "sales_order", order)
    assert (row["total"], row["cost"]) == (Decimal(40), Decimal(24))


async def test_prices_and_costs_are_exchanged_into_the_currency_of_the_order(cast, now):
    product = await cataloguing.add(
        {"code": "P", "name": "Pump", "list_price": Decimal(20), "cost": Decimal(12)}, by=cast.alice, now=now
    )
    order = await ordering.take(
        cast.acme, [Line(Decimal(2), product)], ordered_on=DAY, by=cast.alice, now=now, currency="CNY"
    )
    rate = facts().currencies.rates["CNY"]
    row = await queries.find(cast.alice, "sales_order", order)
    assert (row["total"], row["cost"]) == (40 * rate, 24 * rate)


async def test_a_later_change_of_an_order_keeps_the_cost_of_its_day(cast, now):
    values = {"code": "P", "name": "Pump", "list_price": Decimal(20), "cost": Decimal(12)}
    product = await cataloguing.add(values, by=cast.alice, now=now)
    line = Line(Decimal(2), product, unit_price=Decimal(20))
    order = await ordering.take(cast.acme, [line], ordered_on=DAY, by=cast.alice, now=now)
    await cataloguing.change_product(product, {**values, "cost": Decimal(15)}, by=cast.alice, now=now)
    await ordering.change_order(order, {"status": "shipped"}, [line], by=cast.alice, now=now)
    assert (await queries.find(cast.alice, "sales_order", order))["cost"] == Decimal(24)


async def test_numbers_go_on_after_one_that_was_given_by_hand(cast, now):
    await taken(cast, now, number="O-20260504-7")
    await taken(cast, now, number="O-20260504-99999999999")
    order = await taken(cast, now)
    assert (await queries.find(cast.alice, "sales_order", order))["number"] == "O-20260504-8"


async def test_a_change_replaces_the_lines_and_a_stale_one_is_refused(cast, now):
    order = await taken(cast, now)
    line = Line(Decimal(1), description="Pump", unit_price=Decimal(5))
    await ordering.change_order(order, {"notes": "less"}, [line], by=cast.alice, now=now, revision=1)
    assert (await queries.find(cast.alice, "sales_order", order))["total"] == Decimal(5)
    with pytest.raises(Stale):
        await ordering.change_order(order, {"notes": "old"}, [line], by=cast.alice, now=now, revision=1)


async def test_a_cancelled_order_and_a_deleted_one_count_nowhere(cast, now):
    order = await taken(cast, now)
    await ordering.cancel(order, by=cast.alice, now=now)
    assert await revenue(cast.acme) == 0
    other = await taken(cast, now)
    await deleting.delete("sales_order", other, by=cast.alice, now=now)
    assert await revenue(cast.acme) == 0
    await deleting.restore("sales_order", other, by=cast.alice, now=now)
    assert await revenue(cast.acme) == Decimal("59.97")


async def test_a_return_is_an_order_of_its_own_with_negative_quantities(cast, now):
    order = await taken(cast, now)
    returned = await ordering.take_back(order, by=cast.alice, now=now)
    row = await queries.find(cast.alice, "sales_order", returned)
    assert (row["total"], row["status"]) == (Decimal("-59.97"), "returned")
    assert await revenue(cast.acme) == 0
    with pytest.raises(Invalid):
        await ordering.take_back(returned, by=cast.alice, now=now)


async def test_outsiders_and_readers_are_refused(cast, now):
    order = await taken(cast, now)
    with pytest.raises(NotFound):
        await ordering.cancel(order, by=cast.charlie, now=now)
    with pytest.raises(NotAllowed):
        await ordering.cancel(order, by=cast.rita, now=now)
    with pytest.raises(NotFound):
        await ordering.take(cast.acme, [Line(Decimal(1), description="x")], ordered_on=DAY, by=cast.charlie, now=now)


async def test_the_pages_serve_the_owner_and_nobody_else(client, cast, now):
    order = await taken(cast, now)
    alice, charlie = await client(cast.alice), await client(cast.charlie)
    for path in (
        "/orders",
        f"/orders/{order}",
        f"/orders/{order}/edit",
        f"/orders/new?customer={cast.acme}",
        "/orders?format=csv",
    ):
        assert (await alice.get(path)).status_code == 200, path
    assert "O-20260504-1" in (await alice.get("/orders")).text
    assert "O-20260504-1" not in (await charlie.get("/orders")).text
    for path in (f"/orders/{order}", f"/orders/{order}/edit"):
        assert (await charlie.get(path)).status_code == 404
    for verb in ("cancellation", "return", "deletion", "restoration"):
        assert (await charlie.post(f"/orders/{order}/{verb}")).status_code == 404, verb


async def test_a_form_with_faults_explains_itself_and_keeps_what_was_typed(client, cast):
    alice = await client(cast.alice)
    data = {
        "customer": str(cast.acme),
        "ordered_on": "2026-05-04",
        "status": "open",
        "currency": "EUR",
        "line_product": ["", ""],
        "line_description": ["Pump", "Valve"],
        "line_quantity": ["many", "2"],
        "line_price": ["1", "3"],
    }
    answer = await alice.post("/orders", data=data)
    assert answer.status_code == 422
    assert "Line 1" in answer.text
    assert 'value="Valve"' in answer.text
    assert 'value="many"' in answer.text
    answer = await alice.post("/orders", data=data | {"line_quantity": ["1", "2"]})
    assert answer.status_code == 303
    assert "€7.00" in (await alice.get(answer.headers["location"])).text
    more = await alice.post("/orders", data=data | {"more": "1"})
    assert more.status_code == 200
    assert more.text.count('name="line_price"') == 5


async def test_a_line_takes_a_typed_product_with_its_price_and_unit_and_keeps_what_was_typed(client, cast, now):
    product = await cataloguing.add(
        {"code": "PU-7", "name": "Pump", "list_price": Decimal(20), "unit": "pc"}, by=cast.alice, now=now
    )
    alice = await client(cast.alice)
    head = {"customer": "Acme", "ordered_on": "2026-05-04", "status": "open", "currency": "EUR"}
    line = {"line_description": "", "line_quantity": "2", "line_unit": "", "line_price": ""}
    answer = await alice.post("/orders", data=head | line | {"line_product": "Pumpe"})
    assert answer.status_code == 422 and "Line 1: There is no product" in answer.text
    assert 'value="Pumpe"' in answer.text and 'value="Acme"' in answer.text
    answer = await alice.post("/orders", data=head | line | {"line_product": "PU-7 · Pump"})
    assert answer.status_code == 303
    row = await DB.fetchrow("SELECT product, unit, amount FROM sales_order_line")
    assert tuple(row) == (product, "pc", Decimal(40))
    shown = (await alice.get(answer.headers["location"] + "/edit")).text
    assert 'value="PU-7 · Pump"' in shown and 'value="pc"' in shown and '<option value="' + str(product) not in shown


async def test_each_line_tells_its_own_faults_at_its_fields(client, cast):
    head = {"customer": "Acme", "ordered_on": "2026-05-04", "status": "open", "currency": "EUR", "number": "9" * 61}
    typed = {
        "line_product": ["nothing", ""], "line_description": ["", "x" * 301], "line_quantity": ["0", "many"],
        "line_unit": ["", "a unit that is far too long"], "line_price": ["1", "1" * 90],
    }  # fmt: skip
    page = (await (await client(cast.alice)).post("/orders", data=head | typed)).text
    told = (
        "Line 1: There is no product",
        "Line 1: The quantity cannot be zero.",
        "Line 2: Please enter a number such as",
    )
    assert all(fault in page for fault in told) and page.count("Please shorten this") == 3
    assert 'value="many" inputmode="decimal" size="6" aria-label="Quantity of line 2" aria-invalid="true"' in page
    assert 'id="line_quantity-1-fault"' in page


async def test_a_form_begins_with_the_currency_of_its_customer(client, cast):
    await DB.execute("UPDATE customer SET currency = 'CNY' WHERE id = $1", cast.acme)
    browser = await client(cast.alice)
    for address in ("/orders/new", "/opportunities/new"):
        assert '<option value="CNY" selected>' in (await browser.get(f"{address}?customer={cast.acme}")).text
        assert '<option value="EUR" selected>' in (await browser.get(f"{address}?customer={cast.omega}")).text


@pytest.mark.parametrize("who", ["sam", "rita"])
async def test_who_does_not_sell_sees_no_cost_of_an_order(client, cast, now, who):
    values = {"code": "P", "name": "Pump", "list_price": Decimal(20), "cost": Decimal("7.77")}
    product = await cataloguing.add(values, by=cast.alice, now=now)
    order = await ordering.take(cast.acme, [Line(Decimal(1), product)], ordered_on=DAY, by=cast.alice, now=now)
    two = [Line(Decimal(2), product, unit_price=Decimal(20))]
    await ordering.change_order(order, {}, two, by=cast.alice, now=now)
    alice, other = await client(cast.alice), await client(getattr(cast, who))
    places = {
        f"/orders/{order}": "15.54", "/orders?col=number&col=cost": "€16",
        "/orders?col=number&col=cost&format=csv": "15.54", f"/customers/{cast.acme}/history": "15.54",
    }  # fmt: skip
    for place, cost in places.items():
        assert cost in (await alice.get(place)).text, place
        answer = await other.get(place)
        assert answer.status_code == 200 and "O-20260504-1" in answer.text and cost not in answer.text, place
    assert "O-20260504-1" in (await other.get("/orders?sort=cost")).text
