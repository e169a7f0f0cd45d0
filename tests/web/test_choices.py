"""A record is chosen by typing: its code, its name in either script, or a part that only one has."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.clock import now as today
from kam.customers.creating import create
from kam.customers.pages.choosing import CUSTOMER
from kam.database.engine import DB
from kam.database.searching import matches_product
from kam.database.sql import Params
from kam.sales.pages.choosing import PRODUCT
from kam.web.current import CURRENT, Current
from kam.web.forms import Form
from tests import cataloguing


@pytest.fixture(autouse=True)
def english():
    token = CURRENT.set(Current(language="en", theme="auto", path="/", query="", now=today()))
    yield
    CURRENT.reset(token)


@pytest.fixture
async def products(cast, now):
    said = (
        {"code": "GB-60", "name": "Gearbox 60 mm", "name_zh": "行星减速机", "list_price": Decimal(300), "unit": "pc"},
        {"code": "GB-90", "name": "Gearbox 90 mm", "name_zh": "行星齿轮箱", "list_price": Decimal(400)},
        {"code": "OLD", "name": "Gearbox of old", "active": False},
        {"code": "P-100%", "name": "Pump 100% stainless"},
    )
    return {one["code"]: await cataloguing.add(one, by=cast.alice, now=now) for one in said}


async def proposed(browser, address):
    answer = await browser.get(address)
    assert answer.status_code == 200
    return [one["key"] for one in answer.json()["choices"]]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("GB-60", "GB-60"), ("gb-60", "GB-60"), ("GB-60 · Gearbox 60 mm", "GB-60"), ("GB-60 · whatever", "GB-60"),
        ("60 mm", "GB-60"), ("减速机", "GB-60"), ("gearbox 90 mm", "GB-90"), ("100%", "P-100%"), ("OLD", "OLD"),
    ],
)  # fmt: skip
async def test_what_means_one_record_is_that_record(cast, products, typed, code):
    form = Form.of(product=typed)
    assert await PRODUCT.read(form, "product", cast.alice) == products[code]
    assert not form.errors


@pytest.mark.parametrize(
    ("typed", "told"),
    [("gearbox", "Several"), ("行星", "Several"), ("gearbox of old", "no product"), ("zzz", "no product"),
     ("%", "no product"), ("长" * 5000, "no product")],
)  # fmt: skip
async def test_what_means_none_or_several_is_explained_at_the_field(cast, products, typed, told):
    form = Form.of(product=typed)
    assert await PRODUCT.meant(form, "product", typed, cast.alice) is None
    assert told in form.error("product") and form.value("product") == typed


async def test_an_id_is_read_as_well_and_shown_as_a_person_would_type_it(cast, products):
    form = Form.of(product=products["GB-60"], customer=cast.acme)
    assert await PRODUCT.read(form, "product", cast.alice) == products["GB-60"]
    await PRODUCT.write(form, cast.alice, "product")
    await CUSTOMER.write(form, cast.alice, "customer")
    assert form.value("product") == "GB-60 · Gearbox 60 mm" and form.value("customer").endswith("Acme Industrial")
    assert await CUSTOMER.read(form, "customer", cast.alice) == cast.acme


async def test_a_customer_of_another_team_is_neither_read_nor_shown(cast):
    code = await DB.fetchval("SELECT code FROM customer WHERE id = $1", cast.acme)
    for typed in (str(cast.acme), code, "Acme"):
        form = Form.of(customer=typed)
        assert await CUSTOMER.read(form, "customer", cast.charlie) is None and form.error("customer")
    form = await CUSTOMER.write(Form.of(customer=cast.acme), cast.charlie, "customer")
    assert form.value("customer") == str(cast.acme)


async def test_proposals_begin_with_what_begins_so_and_leave_out_what_is_no_longer_sold(client, cast, products):
    browser = await client(cast.rita)
    assert await proposed(browser, "/products/choices?q=gb") == ["GB-60", "GB-90"]
    assert await proposed(browser, "/products/choices?q=gearbox") == ["GB-60", "GB-90"]
    assert await proposed(browser, "/products/choices?q=90+mm+gear") == ["GB-90"]
    assert await proposed(browser, "/products/choices?q=齿轮") == ["GB-90"]
    assert await proposed(browser, "/products/choices?q=100%25") == ["P-100%"]
    assert await proposed(browser, "/products/choices?q=") == ["GB-60", "GB-90", "P-100%"]
    assert (await (await client(None)).get("/products/choices?q=gb")).status_code != 200


async def test_a_product_brings_its_unit_and_its_price_in_the_currency_of_the_order(client, cast, products):
    browser = await client(cast.alice)

    async def fills(currency):
        return (await browser.get(f"/products/choices?q=GB-60&currency={currency}")).json()["choices"][0]["fills"]

    assert await fills("EUR") == {"unit_price": "300", "unit": "pc"}
    assert Decimal((await fills("CNY"))["unit_price"]) > 1000
    assert (await fills("XXX"))["unit_price"] == ""


async def test_no_more_than_a_dozen_are_proposed_and_the_rest_is_told_of(client, cast, now):
    for number in range(13):
        await create({"name": f"Twin {number:02}"}, by=cast.alice, now=now, owner=cast.alice.id, team=cast.north)
    answer = (await (await client(cast.alice)).get("/customers/choices?q=twin")).json()
    assert (len(answer["choices"]), answer["more"]) == (12, True)


@pytest.mark.parametrize(
    ("text", "index"), [("减速", "product_search_han"), ("gearb", "product_search"), ("gb", "product_search")]
)
async def test_products_are_searched_by_index(products, text, index):
    params = Params()
    await DB.execute("SET LOCAL enable_seqscan = off")
    plan = await DB.fetch(f"EXPLAIN SELECT id FROM product WHERE {matches_product(params, text)}", *params.values)
    assert f"Bitmap Index Scan on {index} " in "\n".join(row[0] for row in plan)
