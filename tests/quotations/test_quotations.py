"""A quotation is written with its lines, sent in versions, and becomes an order."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotFound, Refused, Stale
from kam.quotations.kind import LINES, QUOTATION
from kam.records import sets
from kam.records.adding import add
from kam.records.editing import edit
from kam.records.finding import find
from kam.workflow.advancing import advance
from kam.workflow.instances import instance_of
from tests.racing import at_once


@pytest.fixture
async def quotation(cast, now):
    product = await DB.fetchval(
        "INSERT INTO product (id, code, name, name_zh, family, unit, list_price, cost, currency)"
        " VALUES (new_id(), 'P1', 'Drive', '', '', 'pc', 100, 60, 'EUR') RETURNING id"
    )
    said = {
        "title": "Ten drives",
        "valid_until": now.date() + timedelta(days=30),
        "lines": [{"product": product, "quantity": Decimal(10)}, {"description": "Travel", "unit_price": Decimal(80)}],
    }
    return await add(QUOTATION, said, by=cast.alice, now=now, customer=cast.acme)


async def _step(quotation, name, by, now):
    instance, seen = await instance_of("quotation", quotation), await find(QUOTATION, by, quotation)
    return await advance(instance.id, name, by=by, now=now, revision=seen["revision"])


async def test_what_a_line_does_not_say_is_the_products_and_sums_follow(cast, now, quotation):
    drive, travel = (await sets.read(LINES, [quotation]))[quotation]
    assert (drive["description"], drive["unit_price"], drive["unit_cost"], drive["unit"]) == ("Drive", 100, 60, "pc")
    assert (travel["quantity"], travel["amount"], travel["unit_cost"]) == (1, 80, None)
    head = await find(QUOTATION, cast.alice, quotation)
    assert (head["total"], head["cost"]) == (1080, None)  # what travel costs us is not known


async def test_those_who_may_not_see_costs_are_not_told_them(cast, quotation):
    assert "cost" not in await find(QUOTATION, cast.rita, quotation)


async def test_a_quotation_needs_lines_and_each_says_what_it_is(cast, now, quotation):
    with pytest.raises(Invalid) as refused:
        await edit(QUOTATION, quotation, {"lines": []}, by=cast.alice, now=now)
    assert refused.value.fields == {"lines": LINES.too_few}
    with pytest.raises(Invalid) as refused:
        await edit(QUOTATION, quotation, {"lines": [{"quantity": Decimal(1)}]}, by=cast.alice, now=now)
    assert refused.value.fields.keys() == {"lines_0_description"}


async def test_lines_that_stay_keep_the_cost_of_their_day_and_saving_them_again_is_no_change(cast, now, quotation):
    await DB.execute("UPDATE product SET cost = 70")
    stood = sets.said(LINES, (await sets.read(LINES, [quotation]))[quotation])
    await edit(QUOTATION, quotation, {"lines": stood}, by=cast.alice, now=now, revision=1)
    assert (await find(QUOTATION, cast.alice, quotation))["revision"] == 1
    more = [*stood, {"description": "Freight", "unit_price": Decimal(5)}]
    await edit(QUOTATION, quotation, {"lines": more}, by=cast.alice, now=now, revision=1)
    lines = (await sets.read(LINES, [quotation]))[quotation]
    assert [line["unit_cost"] for line in lines] == [60, None, None]
    with pytest.raises(Stale):
        await edit(QUOTATION, quotation, {"lines": stood}, by=cast.alice, now=now, revision=1)


async def test_each_time_it_is_sent_a_version_is_kept_and_only_a_draft_is_changed(cast, now, quotation):
    assert (await _step(quotation, "send", cast.alice, now)).fields["version"] == 1
    with pytest.raises(Invalid):
        await edit(QUOTATION, quotation, {"title": "Nine drives"}, by=cast.alice, now=now)
    await _step(quotation, "revise", cast.alice, now)
    await edit(QUOTATION, quotation, {"title": "Nine drives"}, by=cast.alice, now=now)
    assert (await _step(quotation, "send", cast.alice, now)).fields["version"] == 2
    titles = await DB.fetch("SELECT content ->> 'title' AS title FROM quotation_version ORDER BY number")
    assert [row["title"] for row in titles] == ["Ten drives", "Nine drives"]


async def test_when_it_is_accepted_an_order_with_its_lines_is_taken(cast, now, quotation):
    await _step(quotation, "send", cast.alice, now)
    order = (await _step(quotation, "accept", cast.alice, now)).fields["order"]
    assert await DB.fetchval("SELECT total FROM sales_order WHERE id = $1::text::uuid", order) == 1080
    assert await DB.fetchval("SELECT count(*) FROM sales_order_line WHERE sales_order = $1::text::uuid", order) == 2
    assert (await find(QUOTATION, cast.alice, quotation))["state"] == "accepted"


async def test_accepted_twice_at_one_moment_it_becomes_one_order(committed, now):
    said = {
        "title": "Travel",
        "valid_until": now.date(),
        "lines": [{"description": "Travel", "unit_price": Decimal(8)}],
    }
    for _ in range(8):
        one = await add(QUOTATION, said, by=committed.alice, now=now, customer=committed.acme)
        await _step(one, "send", committed.alice, now)
        tried = await at_once(*(_step(one, "accept", by, now) for by in (committed.alice, committed.mona)))
        assert sorted(isinstance(each, Stale | NotFound | Refused) for each in tried) == [False, True], tried
    assert await DB.fetchval("SELECT count(*) FROM sales_order") == 8
