"""What is a contract's own: its days in order, its steps, and what customers are known by from it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam.contracts.kind import CONTRACT
from kam.errors import Invalid
from kam.records.adding import add
from kam.records.finding import find


@pytest.fixture
def values(now):
    day = now.date()
    return {"title": "Support", "ends_on": day + timedelta(days=300), "notice_on": day + timedelta(days=200)}


async def test_it_is_numbered_and_begins_as_a_draft(cast, now, values):
    contract = await add(CONTRACT, values, by=cast.alice, now=now, customer=cast.acme)
    row = await find(CONTRACT, cast.alice, contract)
    assert (row["number"][:2], row["state"], row["starts_on"]) == ("K-", "draft", now.date())


@pytest.mark.parametrize(("field", "days"), [("ends_on", -1), ("notice_on", -1), ("notice_on", 301)])
async def test_its_days_are_in_order(cast, now, values, field, days):
    wrong = values | {field: now.date() + timedelta(days=days)}
    with pytest.raises(Invalid) as refused:
        await add(CONTRACT, wrong, by=cast.alice, now=now, customer=cast.acme)
    assert refused.value.fields.keys() >= {field}
