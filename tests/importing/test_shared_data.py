"""The real files, held against counts made in another way. Skipped where they are not at hand."""

from __future__ import annotations

import csv
import gzip
import io
import os
from pathlib import Path

import pytest

from kam.database.engine import DB
from kam.importing.inside import guess
from kam.importing.source import Source
from tests.importing.bringing import bring

DATA = Path(os.environ.get("KAM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real files are not at hand")


async def test_the_sales_files_come_in_with_their_odd_lines_counted(cast):
    crm = DATA / "crm_sales"
    pipeline = (crm / "sales_pipeline.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(pipeline.decode())))
    without = sum(1 for row in rows if not row["account"])
    similar = sum(1 for row in rows if row["account"] and row["product"] == "GTXPro")
    await bring("products", (crm / "products.csv").read_bytes(), cast.ada)
    accounts = await bring("customers", (crm / "accounts.csv").read_bytes(), cast.ada)
    assert accounts.records["customers"]["new"] == 85
    assert accounts.findings == {"spelling": (crm / "accounts.csv").read_text().count("technolgy")}
    report = await bring("opportunities", pipeline, cast.ada)
    assert (report.findings["no_customer"], report.findings["similar_product"]) == (without, similar) == (1425, 1258)
    assert report.records["opportunities"]["new"] == len(rows) - without
    assert await DB.fetchval("SELECT count(*) FROM customer WHERE parent IS NOT NULL") == 15


async def test_half_a_year_of_online_retail_comes_in_once(cast):
    content = (DATA / "online_retail_2010-12_to_2011-05.csv.gz").read_bytes()
    rows = list(csv.reader(io.StringIO(gzip.decompress(content).decode())))[1:]
    named = [tuple(row) for row in rows if row[6]]
    kept = dict.fromkeys(named)
    report = await bring("orders", content, cast.ada, create_customers=True)
    assert report.rows == len(rows) == 209_029
    assert report.findings["no_customer"] == len(rows) - len(named)
    assert report.findings["duplicate"] == len(named) - len(kept)
    assert report.findings["return"] == sum(1 for row in kept if row[3].startswith("-"))
    assert report.records["orders"]["new"] == len({row[0] for row in kept})
    assert report.records["lines"]["new"] == len(kept)
    assert report.records["customers"]["new"] == len({row[6] for row in kept}) == 2767
    again = await bring("orders", content, cast.ada, create_customers=True)
    assert again.records["orders"]["unchanged"] == report.records["orders"]["new"]
    assert again.records["lines"]["new"] == 0


async def test_superstore_reads_days_before_months_and_margins_from_profit(cast):
    content = (DATA / "superstore.csv.gz").read_bytes()
    assert guess(Source("superstore.csv.gz", content), "orders")[0].layout.date_order == "dmy"
    report = await bring("orders", content, cast.ada, create_customers=True)
    assert (report.rows, report.records["customers"]["new"]) == (10_194, 804)


async def test_naughty_strings_are_kept_as_they_are(cast):
    lines = [
        line for line in (DATA / "naughty" / "blns.txt").read_text("utf-8").splitlines() if line and line[0] != "#"
    ]
    out = io.StringIO()
    csv.writer(out).writerows([("id", "name"), *((str(number), line) for number, line in enumerate(lines))])
    report = await bring("customers", out.getvalue(), cast.ada)
    stored = {row["external_key"]: row["name"] for row in await DB.fetch("SELECT external_key, name FROM customer")}
    kept = [number for number, line in enumerate(lines) if stored.get(str(number)) == line.strip()]
    assert report.records["customers"]["new"] + report.not_imported == len(lines)
    odd = sum(count for kind, count in report.findings.items())
    assert len(kept) >= len(lines) - odd
