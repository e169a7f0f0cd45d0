"""Products: added, changed, retired and deleted; their code is taken once, and not everybody sees what they cost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed
from kam.records.deleting import delete, restore
from kam.records.finding import find
from kam.sales.kind import PRODUCT
from tests import cataloguing, pursuing

PUMP = {"code": "P1", "name": "Pump", "list_price": Decimal("12.5000"), "cost": Decimal("7.77")}


@pytest.fixture
async def pump(cast, now):
    return await cataloguing.add(PUMP, by=cast.alice, now=now)


async def test_a_product_is_added_and_changed_and_its_code_is_unique(client, cast):
    alice = await client(cast.alice)
    data = {"code": "P1", "name": "Pump", "currency": "EUR", "list_price": "12.5000", "active": "1"}
    assert (await alice.post("/products", data=data)).status_code == 303
    taken = await alice.post("/products", data=data)
    assert taken.status_code == 422 and "Another product has this code." in taken.text
    product = await DB.fetchval("SELECT id FROM product WHERE code = 'P1'")
    again = data | {"name": "Big pump", "revision": "1"}
    assert (await alice.post(f"/products/{product}", data=again)).status_code == 303
    assert await DB.fetchval("SELECT name FROM product WHERE id = $1", product) == "Big pump"
    page = (await alice.get(f"/products/{product}")).text
    assert "Name: Pump → Big pump" in page and "€12.50" in page
    assert (await (await client(cast.rita)).post("/products", data=data)).status_code == 403


@pytest.mark.parametrize("who", ["sam", "rita"])
async def test_who_does_not_sell_sees_no_cost_anywhere(client, cast, pump, who):
    alice, other = await client(cast.alice), await client(getattr(cast, who))
    places = (f"/products/{pump}", "/products?col=name&col=cost", "/products?col=cost&format=csv")
    for place in places:
        assert "7.77" in (await alice.get(place)).text or "€8" in (await alice.get(place)).text, place
        answer = await other.get(place)
        assert answer.status_code == 200 and "7.77" not in answer.text and "€8" not in answer.text, place
    for asked in ("/products?sort=cost", "/products?cost_from=1", "/products?cost_from=100"):
        assert "Pump" in (await other.get(asked)).text, asked
    assert "cost" not in await find(PRODUCT, getattr(cast, who), pump)


async def test_a_cost_that_changed_is_told_to_those_who_sell(client, cast, pump, now):
    await cataloguing.change_product(pump, {"cost": Decimal("9.11")}, by=cast.alice, now=now)
    assert "9.11" in (await (await client(cast.alice)).get(f"/products/{pump}")).text
    assert "9.11" not in (await (await client(cast.rita)).get(f"/products/{pump}")).text
    with pytest.raises(NotAllowed):
        await cataloguing.change_product(pump, {"cost": Decimal(1)}, by=cast.sam, now=now)


async def test_what_is_no_longer_sold_is_not_proposed_and_stays_where_it_stands(client, cast, pump, now):
    deal = await pursuing.note(cast.acme, {"name": "Line", "product": pump}, by=cast.alice, now=now)
    browser = await client(cast.alice)
    assert len((await browser.get("/products/choices?q=pump")).json()["choices"]) == 1
    await cataloguing.change_product(pump, {"active": False}, by=cast.alice, now=now)
    assert (await browser.get("/products/choices?q=pump")).json()["choices"] == []
    assert "Pump" in (await browser.get(f"/opportunities/{deal}")).text


async def test_the_code_of_a_deleted_product_is_free_and_restoring_says_whose_it_is(cast, pump, now):
    await delete(PRODUCT, pump, by=cast.alice, now=now)
    with pytest.raises(Invalid) as refused:
        await pursuing.note(cast.acme, {"name": "Line", "product": pump}, by=cast.alice, now=now)
    assert set(refused.value.fields) == {"product"}
    await cataloguing.add(PUMP, by=cast.alice, now=now)
    with pytest.raises(Invalid) as refused:
        await restore(PRODUCT, pump, by=cast.alice, now=now)
    assert refused.value.fields == {"code": "Another product has this code."}


async def test_the_price_of_a_piece_may_be_a_part_of_a_yen(cast, now):
    screw = {"code": "S", "name": "Screw", "currency": "JPY", "list_price": Decimal("0.25")}
    assert await cataloguing.add(screw, by=cast.alice, now=now)
    with pytest.raises(Invalid):
        await cataloguing.add(screw | {"code": "T", "list_price": Decimal("-1")}, by=cast.alice, now=now)


async def test_it_is_chosen_in_a_form_by_its_code_or_name(client, cast, pump):
    browser = await client(cast.alice)
    for typed in ("P1", "pump", "P1 · Pump"):
        data = {"name": typed, "customer": str(cast.acme), "currency": "EUR", "state": "engaging", "product": typed}
        assert (await browser.post("/opportunities", data=data)).status_code == 303
    assert await DB.fetchval("SELECT count(*) FROM opportunity WHERE product = $1", pump) == 3
