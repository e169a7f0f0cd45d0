"""Sums, counts and averages of what is known of a customer go over the same records: those
whose currency has a rate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kam.database.engine import DB
from kam.facts import catalogue
from kam.facts.catalogue import Catalogue
from kam.facts.gathering import gather
from kam.kinds import KINDS
from tests.placing import place_all
from tests.records.making import make

_ORDER = """
INSERT INTO sales_order (id, number, customer, ordered_on, state, channel, currency, total, notes, created_at,
                         updated_at, revision)
VALUES (new_id(), $1, $2, $3, 'delivered', '', $4, $5, '', $6, $6, 1)
"""


@pytest.fixture
def without_yuan():
    """The file of rates has forgotten the yuan, in which nothing can be added then."""
    known = catalogue.current()
    rates = {code: rate for code, rate in known.currencies.rates.items() if code != "CNY"}
    fewer = replace(known.currencies, rates=rates)
    catalogue.use(Catalogue(known.groups, known.derived.values(), known.subjects.values(), fewer))
    yield
    catalogue.use(known)


async def known(cast, now, *names):
    return await gather("customer", cast.acme, as_of=now.date(), names=list(names))


async def test_of_orders(cast, now, without_yuan):
    for number, (currency, total) in enumerate((("EUR", 100), ("EUR", 300), ("CNY", 5000))):
        await DB.execute(_ORDER, f"N{number}", cast.acme, now.date(), currency, total, now)
    found = await known(cast, now, "revenue_12m", "orders_12m", "average_order", "days_since_order")
    assert found == {"revenue_12m": 400, "orders_12m": 2, "average_order": 200, "days_since_order": 0}
    await DB.execute("DELETE FROM sales_order WHERE currency = 'EUR'")
    found = await known(cast, now, "revenue_12m", "orders_12m", "average_order")
    assert not found["revenue_12m"] and not found["orders_12m"] and found["average_order"] is None


async def test_of_opportunities_and_quotations(cast, now, without_yuan):
    kinds = {kind.name: kind for kind in KINDS}
    for name in ("opportunity", "quotation"):
        for mark, currency in (("One", "EUR"), ("Two", "CNY")):
            record = await make(kinds[name], cast.acme, by=cast.alice, now=now, mark=mark)
            await DB.execute(f"UPDATE {kinds[name].sql_table} SET currency = $2 WHERE id = $1", record, currency)
    await place_all("sent", "workflow = 'quotation'", at=now)
    found = await known(
        cast, now, "open_opportunities", "open_opportunity_amount", "open_quotations", "open_quotation_amount"
    )
    assert (found["open_opportunities"], found["open_quotations"]) == (1, 1)
    assert found["open_opportunity_amount"] and found["open_quotation_amount"]
