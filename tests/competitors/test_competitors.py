"""Competitors are nobody's; how they stand at a customer is seen by whoever sees the customer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.competitors.kind import COMPETITOR, POSITION
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.records.adding import add
from kam.records.deleting import delete, restore
from kam.records.finding import find


async def test_everybody_sees_a_competitor_and_those_who_sell_write_it(cast, now):
    one = await add(COMPETITOR, {"name": "Rival", "website": "rival.example.com"}, by=cast.alice, now=now)
    assert (await find(COMPETITOR, cast.rita, one))["website"] == "https://rival.example.com"
    with pytest.raises(NotAllowed):
        await add(COMPETITOR, {"name": "Other"}, by=cast.rita, now=now)


async def test_a_name_is_there_once_until_its_competitor_is_deleted(cast, now):
    one = await add(COMPETITOR, {"name": "Rival"}, by=cast.alice, now=now)
    with pytest.raises(Invalid) as refused:
        await add(COMPETITOR, {"name": "RIVAL"}, by=cast.charlie, now=now)
    assert refused.value.fields == {"name": "There is a competitor of this name already."}
    await delete(COMPETITOR, one, by=cast.alice, now=now)
    await add(COMPETITOR, {"name": "Rival"}, by=cast.charlie, now=now)
    with pytest.raises(Invalid):
        await restore(COMPETITOR, one, by=cast.alice, now=now)


async def test_a_position_is_seen_with_its_customer_and_tells_facts_of_it(cast, now):
    rival = await add(COMPETITOR, {"name": "Rival"}, by=cast.alice, now=now)
    said = {"competitor": rival, "offer": "Gears", "share": Decimal(35)}
    one = await add(POSITION, said, by=cast.alice, now=now, customer=cast.acme)
    assert (await find(POSITION, cast.bob, one))["competitor_name"] == "Rival"
    with pytest.raises(NotFound):
        await find(POSITION, cast.charlie, one)
    facts = "SELECT competitors_present, largest_competitor_share FROM customer_fact WHERE customer = $1"
    assert tuple(await DB.fetchrow(facts, cast.acme)) == (1, 35)
    await delete(POSITION, one, by=cast.alice, now=now)
    assert tuple(await DB.fetchrow(facts, cast.acme)) == (None, None)
