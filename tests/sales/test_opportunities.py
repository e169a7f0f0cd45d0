"""Opportunities and products, by page and verb."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotFound, Stale
from kam.sales import pursuing, queries


async def noted(cast, now, **more):
    return await pursuing.note(cast.acme, {"name": "New line", "amount": Decimal(1000), **more}, by=cast.alice, now=now)


async def open_ones(customer):
    return await DB.fetchval("SELECT open_opportunities FROM customer_fact WHERE customer = $1", customer)


async def test_an_opportunity_counts_until_it_is_won(cast, now):
    opportunity = await noted(cast, now)
    assert await open_ones(cast.acme) == 1
    await pursuing.win(opportunity, by=cast.alice, now=now)
    row = await queries.find(cast.alice, "opportunity", opportunity)
    assert (row["stage"], row["closed_on"]) == ("won", now.date())
    assert await open_ones(cast.acme) == 0


async def test_a_loss_needs_its_reason_and_can_be_opened_again(cast, now):
    opportunity = await noted(cast, now)
    with pytest.raises(Invalid):
        await pursuing.lose(opportunity, "  ", by=cast.alice, now=now)
    await pursuing.lose(opportunity, "Too dear", by=cast.alice, now=now)
    assert (await queries.find(cast.alice, "opportunity", opportunity))["lost_reason"] == "Too dear"
    await pursuing.reopen(opportunity, by=cast.alice, now=now)
    assert (await queries.find(cast.alice, "opportunity", opportunity))["closed_on"] is None


async def test_nobody_overwrites_unseen_and_outsiders_find_nothing(cast, now):
    opportunity = await noted(cast, now)
    await pursuing.change_opportunity(opportunity, {"name": "Renamed"}, by=cast.alice, now=now, revision=1)
    with pytest.raises(Stale):
        await pursuing.change_opportunity(opportunity, {"name": "Lost update"}, by=cast.alice, now=now, revision=1)
    with pytest.raises(NotFound):
        await pursuing.win(opportunity, by=cast.charlie, now=now)


async def test_the_pages_serve_the_owner_and_nobody_else(client, cast, now):
    opportunity = await noted(cast, now)
    alice, charlie = await client(cast.alice), await client(cast.charlie)
    for path in (
        "/opportunities",
        "/opportunities/board",
        f"/opportunities/{opportunity}",
        f"/opportunities/{opportunity}/edit",
        "/opportunities/new",
        "/products",
        "/products/new",
    ):
        assert (await alice.get(path)).status_code == 200, path
    assert "New line" in (await alice.get("/opportunities/board")).text
    assert "New line" not in (await charlie.get("/opportunities/board")).text
    for path in ("", "/edit"):
        assert (await charlie.get(f"/opportunities/{opportunity}{path}")).status_code == 404
    for verb in ("win", "reopening", "deletion"):
        assert (await charlie.post(f"/opportunities/{opportunity}/{verb}")).status_code == 404
    assert (await charlie.post(f"/opportunities/{opportunity}/loss", data={"lost_reason": "x"})).status_code == 404


async def test_forms_explain_what_is_missing(client, cast, now):
    alice = await client(cast.alice)
    answer = await alice.post(
        "/opportunities",
        data={"name": "", "customer": str(cast.acme), "currency": "EUR", "stage": "won", "amount": "-1"},
    )
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    opportunity = await noted(cast, now)
    answer = await alice.post(f"/opportunities/{opportunity}/loss", data={"lost_reason": ""})
    assert answer.status_code == 422
    assert "Say why it was lost" in answer.text
    created = await alice.post(
        "/opportunities", data={"name": "Nice", "customer": str(cast.acme), "currency": "CNY", "stage": "engaging"}
    )
    assert created.status_code == 303


async def test_a_product_is_added_and_changed_and_its_code_is_unique(client, cast):
    alice = await client(cast.alice)
    data = {"code": "P1", "name": "Pump", "currency": "EUR", "list_price": "12.5000", "active": "1"}
    assert (await alice.post("/products", data=data)).status_code == 303
    taken = await alice.post("/products", data=data)
    assert taken.status_code == 422
    assert "Another product has this code." in taken.text
    product = await DB.fetchval("SELECT id FROM product WHERE code = 'P1'")
    assert (await alice.post(f"/products/{product}", data=data | {"name": "Big pump"})).status_code == 303
    assert await DB.fetchval("SELECT name FROM product WHERE id = $1", product) == "Big pump"
    assert (await (await client(cast.rita)).post("/products", data=data)).status_code == 403


async def test_the_customer_page_gets_months_orders_and_opportunities_of_customers_one_sees(cast, now):
    await noted(cast, now)
    seen = await queries.of_customer(cast.alice, cast.acme, now.date())
    assert [row["name"] for row in seen["opportunities"]] == ["New line"]
    hidden = await queries.of_customer(cast.charlie, cast.acme, now.date())
    assert not any(hidden.values())


async def test_the_customers_page_groups_open_opportunities_by_stage_the_closest_first(client, cast, now):
    browser, address = await client(cast.alice), f"/customers/{cast.acme}/sales"
    assert "Nothing was sold yet" in (await browser.get(address)).text
    for name, stage, expected in (("New line", "prospecting", None), ("Retrofit", "negotiating", now.date())):
        values = {"name": name, "stage": stage, "amount": 500, "expected_on": expected}
        await pursuing.note(cast.acme, values, by=cast.alice, now=now)
    page = (await browser.get(address)).text
    assert page.index("Negotiating") < page.index("Retrofit") < page.index("Prospecting") < page.index("New line")
    assert "€500" in page and "No order in the last twelve months." in page
    assert (await (await client(cast.charlie)).get(address)).status_code == 404
