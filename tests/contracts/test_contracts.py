"""What is a contract's own: its days in order, its steps, and what customers are known by from it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kam.contracts.kind import CONTRACT
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.gathering import gather
from kam.records.adding import add
from kam.records.finding import find
from kam.workflow.options import instance_of
from kam.workflow.triggering import sweep
from tests.stepping import advance

FACTS = ("contracts_in_force", "days_to_next_notice", "contract_days_left")


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


async def signed(cast, now, **values):
    contract = await add(CONTRACT, {"title": "Support", **values}, by=cast.alice, now=now, customer=cast.acme)
    instance = (await instance_of("contract", contract)).id
    await advance(instance, "sign", by=cast.alice, now=now)
    return contract, instance


async def test_only_what_is_signed_and_runs_is_known_of_its_customer(cast, now, values, as_of):
    await add(CONTRACT, values, by=cast.alice, now=now, customer=cast.acme)
    assert (await gather("customer", cast.acme, as_of=as_of, names=FACTS))["contracts_in_force"] == 0
    await signed(cast, now, **values)
    known = await gather("customer", cast.acme, as_of=as_of, names=FACTS)
    assert [known[name] for name in FACTS] == [1, 200, 300]
    await signed(cast, now)
    known = await gather("customer", cast.acme, as_of=as_of, names=FACTS)
    assert [known[name] for name in FACTS] == [2, 200, None]


async def test_what_is_to_be_decided_is_in_force_until_it_ends_also_on_a_past_day(cast, now):
    _, instance = await signed(cast, now, starts_on=now.date() - timedelta(days=100), notice_on=now.date())
    await sweep(now)
    assert (await DB.fetchval("SELECT state FROM contract WHERE title = 'Support'")) == "to_decide"
    later = now + timedelta(days=3)
    await advance(instance, "end", by=cast.mona, now=later, comment="Over")
    for day, number in ((now, 1), (now + timedelta(days=2), 1), (later, 0), (now - timedelta(days=1), 0)):
        known = await gather("customer", cast.acme, as_of=day.date(), names=FACTS[:1])
        assert known == {"contracts_in_force": number}
    assert await DB.fetchval("SELECT contracts_in_force FROM customer_fact WHERE customer = $1", cast.acme) == 0


async def test_an_amount_in_the_customers_currency_has_no_cents_where_that_has_none(cast, now):
    await DB.execute("UPDATE customer SET currency = 'JPY' WHERE id = $1", cast.acme)
    with pytest.raises(Invalid) as refused:
        await add(
            CONTRACT, {"title": "Support", "value": Decimal("100.50")}, by=cast.alice, now=now, customer=cast.acme
        )
    assert refused.value.fields.keys() == {"value"}
