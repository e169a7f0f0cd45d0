"""Orders on their pages: the form with its lines, one order, and who sees what of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.database.engine import DB
from tests import cataloguing
from tests.ordering import change, line, take
from tests.orders.test_orders import DAY, PUMP, taken

HEAD = {"customer": "Acme", "ordered_on": "2026-05-04", "state": "open", "currency": "EUR"}


async def test_the_pages_serve_the_owner_and_nobody_else(client, cast, now):
    order = await taken(cast, now)
    alice, charlie = await client(cast.alice), await client(cast.charlie)
    new = f"/orders/new?customer={cast.acme}"
    for path in ("/orders", f"/orders/{order}", f"/orders/{order}/edit", new, "/orders?format=csv", "/orders/board"):
        assert (await alice.get(path)).status_code == 200, path
    assert "O-20260504-1" in (await alice.get("/orders")).text
    assert "O-20260504-1" in (await alice.get(f"/customers/{cast.acme}/sales")).text
    assert "O-20260504-1" not in (await charlie.get("/orders")).text
    for path in (f"/orders/{order}", f"/orders/{order}/edit"):
        assert (await charlie.get(path)).status_code == 404
    for verb in ("return", "deletion", "restoration"):
        assert (await charlie.post(f"/orders/{order}/{verb}")).status_code == 404, verb


async def test_a_form_with_faults_explains_itself_and_keeps_what_was_typed(client, cast):
    alice = await client(cast.alice)
    lines = {
        "lines_product": ["", ""], "lines_description": ["Pump", "Valve"], "lines_quantity": ["many", "2"],
        "lines_unit_price": ["1", "3"],
    }  # fmt: skip
    answer = await alice.post("/orders", data=HEAD | lines)
    assert answer.status_code == 422 and 'id="lines_0_quantity-fault"' in answer.text
    assert 'value="Valve"' in answer.text and 'value="many"' in answer.text
    answer = await alice.post("/orders", data=HEAD | lines | {"lines_quantity": ["1", "2"]})
    assert answer.status_code == 303
    page = (await alice.get(answer.headers["location"])).text
    assert "€7.00" in page or "€7" in page
    assert "Added: O-20260504-1" in page
    more = await alice.post("/orders", data=HEAD | lines | {"more": "1"})
    assert more.status_code == 200 and more.text.count('name="lines_unit_price"') == 5


async def test_a_line_takes_a_typed_product_with_its_price_and_unit_and_keeps_what_was_typed(client, cast, now):
    product = await cataloguing.add({**PUMP, "code": "PU-7", "unit": "pc"}, by=cast.alice, now=now)
    alice = await client(cast.alice)
    typed = {"lines_description": "", "lines_quantity": "2", "lines_unit": "", "lines_unit_price": ""}
    answer = await alice.post("/orders", data=HEAD | typed | {"lines_product": "Pumpe"})
    assert answer.status_code == 422 and "There is no product of this code or name" in answer.text
    assert 'value="Pumpe"' in answer.text and 'value="Acme"' in answer.text
    answer = await alice.post("/orders", data=HEAD | typed | {"lines_product": "PU-7 · Pump"})
    assert answer.status_code == 303
    row = await DB.fetchrow("SELECT product, unit, amount FROM sales_order_line")
    assert tuple(row) == (product, "pc", Decimal(40))
    shown = (await alice.get(answer.headers["location"] + "/edit")).text
    assert 'value="PU-7 · Pump"' in shown and 'value="pc"' in shown and '<option value="' + str(product) not in shown


async def test_each_line_tells_its_own_faults_at_its_fields(client, cast):
    typed = {
        "lines_product": ["nothing", ""], "lines_description": ["", "x" * 301], "lines_quantity": ["2", "many"],
        "lines_unit": ["", "a unit that is far too long"], "lines_unit_price": ["1", "1" * 90], "number": "9" * 61,
    }  # fmt: skip
    page = (await (await client(cast.alice)).post("/orders", data=HEAD | typed)).text
    for place in ("0_product", "1_description", "1_quantity", "1_unit", "1_unit_price"):
        assert f'id="lines_{place}-fault"' in page, place
    assert page.count("Please shorten this") >= 3 and 'value="many"' in page
    zero = (await (await client(cast.alice)).post("/orders", data=HEAD | typed | {
        "lines_product": "", "lines_description": "Pump", "lines_quantity": "0", "lines_unit": "",
        "lines_unit_price": "1", "number": "",
    })).text  # fmt: skip
    assert "The quantity cannot be zero." in zero


async def test_a_form_begins_with_the_currency_of_its_customer(client, cast):
    await DB.execute("UPDATE customer SET currency = 'CNY' WHERE id = $1", cast.acme)
    browser = await client(cast.alice)
    for address in ("/orders/new", "/opportunities/new"):
        assert '<option value="CNY" selected>' in (await browser.get(f"{address}?customer={cast.acme}")).text
        assert '<option value="EUR" selected>' in (await browser.get(f"{address}?customer={cast.omega}")).text


async def test_without_scripts_an_order_is_booked_in_the_currency_of_its_customer(client, cast):
    await DB.execute("UPDATE customer SET currency = 'CNY' WHERE id = $1", cast.acme)
    browser = await client(cast.alice)
    form = (await browser.get("/orders/new")).text
    assert '<option value="EUR" selected>' not in form
    said = HEAD | {"currency": "", "lines_description": "Pump", "lines_quantity": "1", "lines_unit_price": "700"}
    assert (await browser.post("/orders", data=said)).status_code == 303
    assert await DB.fetchval("SELECT currency FROM sales_order") == "CNY"


@pytest.mark.parametrize("who", ["sam", "rita"])
async def test_who_does_not_sell_sees_no_cost_of_an_order(client, cast, now, who):
    product = await cataloguing.add({**PUMP, "cost": Decimal("7.77")}, by=cast.alice, now=now)
    order = await take(cast.acme, [line(1, product)], ordered_on=DAY, by=cast.alice, now=now)
    await change(order, {"lines": [line(2, product, price=20)]}, by=cast.alice, now=now)
    alice, other = await client(cast.alice), await client(getattr(cast, who))
    places = {
        f"/orders/{order}": "15.54", "/orders?col=number&col=cost": "€16",
        "/orders?col=number&col=cost&format=csv": "15.54", f"/customers/{cast.acme}/history": "15.54",
    }  # fmt: skip
    for place, cost in places.items():
        assert cost in (await alice.get(place)).text, place
        answer = await other.get(place)
        assert answer.status_code == 200 and "O-20260504-1" in answer.text, place
        assert cost not in answer.text and "7.77" not in answer.text, place
    assert "O-20260504-1" in (await other.get("/orders?sort=cost")).text
