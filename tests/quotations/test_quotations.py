"""A quotation is written with its lines, which are priced from the products."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, Stale
from kam.quotations.kind import LINES, QUOTATION
from kam.records import sets
from kam.records.editing import edit
from kam.records.finding import find


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
