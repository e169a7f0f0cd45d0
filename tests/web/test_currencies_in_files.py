"""A file says in which currency its amounts are, and of which of them there is no rate."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from kam.database.engine import DB
from kam.facts import catalogue
from kam.facts.catalogue import Catalogue
from kam.kinds import KINDS
from kam.records import fields as f
from tests.records.making import make
from tests.statements import noting

# The lists of customers and plans, which are their own, have other amounts than they have themselves.
PRICED = [
    kind for kind in KINDS if kind.shares_pages and any(one.type == f.MONEY and one.listed for one in kind.fields)
]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def without_yuan():
    """The file of rates has forgotten the yuan, in which nothing can be added then."""
    known = catalogue.current()
    rates = {code: rate for code, rate in known.currencies.rates.items() if code != "CNY"}
    fewer = replace(known.currencies, rates=rates)
    catalogue.use(Catalogue(known.groups, known.derived.values(), known.subjects.values(), fewer))
    yield
    catalogue.use(known)


@pytest.mark.parametrize("kind", PRICED, ids=lambda kind: kind.name)
async def test_the_file_of_a_kind_has_the_currency_of_its_amounts_once(client, cast, now, kind, without_yuan):
    record = await make(kind, cast.acme, by=cast.alice, now=now)
    browser = await client(cast.alice)
    [row] = table((await browser.get(f"/{kind.path}?format=csv")).text)
    assert row["Currency"] == "EUR"
    await DB.execute(f"UPDATE {kind.sql_table} SET currency = 'CNY' WHERE id = $1", record)
    text = (await browser.get(f"/{kind.path}?format=csv")).text
    assert table(text)[0]["Currency"] == "CNY (no rate)" and text.partition("\n")[0].count("Currency") == 1
    chosen = (await browser.get(f"/{kind.path}?format=csv&col=currency&col={kind.titled}")).text
    assert chosen.partition("\n")[0].count("Currency") == 1
    assert (await browser.get(f"/{kind.path}?format=xlsx")).status_code == 200


async def test_the_files_of_customers_and_of_the_portfolio_have_theirs(client, cast):
    await DB.execute("UPDATE customer_fact SET currency = 'EUR' WHERE customer = $1", cast.acme)
    browser = await client(cast.alice)
    for address in ("/customers", "/portfolio"):
        rows = table((await browser.get(f"{address}?format=csv")).text)
        assert rows[0]["Currency"] == "EUR", rows[0]
        assert "Currency" not in (await browser.get(f"{address}?format=csv&col=name&col=score")).text


async def test_the_currency_costs_no_statement_more(client, cast):
    browser = await client(cast.alice)
    await browser.get("/customers?format=csv")
    with noting() as noted:
        await browser.get("/customers?format=csv")
    assert len([sql for sql, _ in noted if "customer_fact" in sql]) == 1
