"""One row that cannot be kept fails alone, with its line; all the good rows around it come in."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam.database.engine import DB
from kam.facts.refreshing import refresh
from kam.importing.layout import Layout
from kam.importing.reading import Opened
from kam.importing.running import run
from kam.importing.source import Source
from kam.importing.starting import settings_of
from tests.importing.bringing import NOW, keep, quiet

GOOD = {
    "customers": {
        "key": "K{n}", "name": "Good {n}", "name_zh": "好 {n}", "parent": "", "industry": "retail", "employees": "12",
        "country": "NO", "region": "North", "city": "Oslo", "address": "Street {n}", "website": "https://a.example",
        "phone": "+47 1", "email": "a@b.example", "source": "fair", "tax_number": "1", "currency": "EUR",
        "credit_limit": "10", "owner": "", "team": "", "notes": "good",
    },
    "orders": {
        "number": "N{n}", "customer": "K{n}", "customer_name": "Good {n}", "ordered_on": "2026-01-05",
        "product": "P{n}", "description": "Lamp", "family": "F", "quantity": "2", "unit": "pc", "unit_price": "10",
        "amount": "", "unit_cost": "5", "profit": "", "currency": "EUR", "channel": "online", "country": "NO",
        "region": "North",
    },
    "opportunities": {
        "key": "A{n}", "customer": "K{n}", "customer_name": "Good {n}", "name": "Deal {n}", "product": "",
        "stage": "engaging", "amount": "10", "currency": "EUR", "probability": "50", "engaged_on": "2026-01-05",
        "expected_on": "2026-02-05", "closed_on": "", "owner": "", "lost_reason": "", "notes": "good",
    },
    "products": {
        "code": "P{n}", "name": "Good {n}", "name_zh": "好 {n}", "family": "F", "unit": "pc", "list_price": "10",
        "cost": "5", "currency": "EUR",
    },
}  # fmt: skip
TABLES = {"customers": "customer", "orders": "sales_order", "opportunities": "opportunity", "products": "product"}
KEYS = {"customers": "external_key", "orders": "number", "opportunities": "external_key", "products": "code"}
FIRST = {"customers": "key", "orders": "number", "opportunities": "key", "products": "code"}

# Each ended a whole import once, or is of the kind that does.
EVIL = [
    "\0", "a\0b", "\ud800", "\udfff\ud800", "\ufffe", "\x01\x02", "\x1b[31m", "\u202e\u0000", "\N{BOM}", "\\N", "\\.",
    "\\", "\\x00", "\t", "\r", "\n", '"', "'", ";", "%s", "{}", "$1", "x" * 61, "x" * 121, "x" * 301, "x" * 20_001,
    "顧" * 301, "😀" * 121, "e\u0301" * 200, "é" * 3000, "-5", "0", "-0", "0.00000001", "1e-99", "1e14", "1e99",
    "99999999999999.99", "-99999999999999.99", "999999999999999999", "1" * 400, "0." + "0" * 20_000 + "1", "NaN",
    "Infinity", "-Infinity", "2147483647", "2147483648", "32768", "101", "-1", "0x10", "１２", "1_000", "1,2,3", "٣",
    "²", "0001-01-01", "1799-12-31", "2200-01-02", "9999-12-31", "10000-01-01", "2026-02-30", "0000-00-00", "24:00",
    "2026-13-01", "infinity", "-infinity", "today", "epoch", "ZZZ", "eur", "€", "EURO", "javascript:alert(1)",
    "data:text/html,x", "a@b", "@", "not a mail", "won", "lost", "nonsense",
]  # fmt: skip


def good(kind, number):
    return {name: text.format(n=number) for name, text in GOOD[kind].items()}


def sheet(kind, rows):
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow(list(GOOD[kind]))
    lines.writerows(list(row.values()) for row in rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


async def come_in(kind, evils, cast):
    """Each evil row between two good ones: the good ones are all there, and of each evil one there is a record or a
    line in the file of those that failed. Afterwards the facts of all can be computed."""
    rows = [good(kind, number) for number in range(2 * len(evils) + 1)]
    for place, evil in enumerate(evils):
        rows[2 * place + 1] |= evil
    async with DB.transaction() as alone:
        report = await _run(kind, rows, cast)
        kept = {row["key"] for row in await DB.fetch(f"SELECT {KEYS[kind]} AS key FROM {TABLES[kind]}")}
        await refresh(as_of=NOW.date(), now=NOW)
        await alone.rollback()
    assert report.rows == len(rows)
    assert {row[FIRST[kind]] for row in rows[::2]} <= kept, report.findings
    failed = list(csv.reader(io.StringIO(report.failed_rows.decode("utf-8-sig"), newline="")))[1:]
    taken = report.records["lines" if kind == "orders" else kind]["new"]  # two lines may be of one order
    assert len(failed) == report.not_imported == len(rows) - taken
    assert all(row[-1] and int(row[-2]) for row in failed)
    return report


async def _run(kind, rows, cast):
    content, columns = sheet(kind, rows), {name: place for place, name in enumerate(GOOD[kind])}
    opened = Opened(Layout(), list(GOOD[kind]), [], len(rows))
    settings = settings_of({"create_customers": True}, cast.ada, NOW, dry_run=False)
    return await run(Source("evil.csv", content), opened, kind, columns, settings, quiet, keep)


@pytest.mark.parametrize("kind", GOOD)
async def test_good_rows_alone_come_in(cast, kind):
    assert (await come_in(kind, [{}, {}], cast)).findings == {}


@pytest.mark.parametrize("kind", GOOD)
async def test_no_evil_cell_in_any_field_costs_a_good_row(cast, kind):
    await come_in(kind, [{field: cell} for field in GOOD[kind] for cell in EVIL], cast)


CELLS = st.sampled_from(EVIL) | st.text(max_size=20) | st.decimals(allow_nan=False).map(str) | st.dates().map(str)


@st.composite
def evils(draw, kind):
    """Up to twenty rows with up to four evil cells each."""
    evil = st.dictionaries(st.sampled_from(sorted(GOOD[kind])), CELLS, min_size=1, max_size=4)
    return draw(st.lists(evil, min_size=1, max_size=20))


# The fixture's transaction is around all examples; each takes back what it did.
TRIED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("kind", GOOD)
@settings(TRIED, max_examples=8)
@given(data=st.data())
async def test_whatever_stands_in_evil_rows_the_good_ones_come_in(cast, kind, data):
    await come_in(kind, data.draw(evils(kind)), cast)


@pytest.mark.long
@pytest.mark.parametrize("kind", GOOD)
@settings(TRIED, max_examples=200)
@given(data=st.data())
async def test_whatever_stands_in_evil_rows_the_good_ones_come_in_again_and_again(cast, kind, data):
    await come_in(kind, data.draw(evils(kind)), cast)
