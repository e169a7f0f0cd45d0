"""What a customer has of each kind, on its own page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kam.kinds import KINDS
from kam.records import catalogue
from kam.records.adding import add
from tests.statements import noting


async def test_the_newest_of_each_kind_are_listed_with_the_way_to_the_rest(visiting, visits, cast, now):
    for number in range(6):
        await add(visits, {"title": f"Visit {number}"}, by=cast.alice, now=now, customer=cast.acme)
    page = (await (await visiting(cast.alice)).get(f"/customers/{cast.acme}/records")).text
    assert "Visit 5" in page and "Visit 1" in page and "Visit 0" not in page
    assert f"/visits?customer={cast.acme}" in page and f"/visits/new?customer={cast.acme}" in page


async def test_who_may_only_read_is_offered_no_form(visiting, visits, cast):
    page = (await (await visiting(cast.rita)).get(f"/customers/{cast.acme}/records")).text
    assert "/visits/new" not in page and visits.about in page


@pytest.mark.parametrize("page", ["", "/records", "/sales", "/service", "/history", "?show=visit"])
async def test_twenty_kinds_cost_no_more_statements_than_six(visiting, visits, cast, now, page):
    await add(visits, {"title": "Dear"}, by=cast.alice, now=now, customer=cast.acme)
    more = [replace(visits, name=f"visit_{number}", path=f"visits-{number}") for number in range(20)]
    few, many = (*KINDS, visits)[:6], (visits, *KINDS, *more)[:20]
    browser, statements = await visiting(cast.alice), []
    for kinds in (many, few, many):
        catalogue.use(kinds)
        with noting() as noted:
            assert (await browser.get(f"/customers/{cast.acme}{page}")).status_code == 200
        statements.append(len(noted))
    assert statements[1] == statements[2]
