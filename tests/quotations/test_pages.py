"""What was sent when and by whom stands on the page of a quotation, each version to be read, with what it changed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.quotations.kind import LINES, QUOTATION
from kam.records import sets
from kam.records.editing import edit
from tests.quotations.test_sending import _step
from tests.statements import noting


@pytest.fixture
async def twice(cast, now, quotation):
    """Sent by Alice with ten drives and the travel, and by Mona with nine and no travel."""
    await _step(quotation, "send", cast.alice, now)
    await _step(quotation, "revise", cast.alice, now)
    drive, _travel = sets.said(LINES, (await sets.read(LINES, [quotation]))[quotation])
    fewer = {"title": "Nine drives", "owner": cast.bob.id, "lines": [drive | {"quantity": Decimal(9)}]}
    await edit(QUOTATION, quotation, fewer, by=cast.alice, now=now)
    await _step(quotation, "send", cast.mona, now)
    return quotation


async def test_the_page_tells_of_each_version_and_what_it_changed(client, cast, twice):
    text = (await (await client(cast.alice)).get(f"/quotations/{twice}")).text
    told = text.partition("Versions that were sent")[2].partition("What happened")[0]
    assert told.index("Version 2") < told.index("Version 1") and "The first version" in told
    assert "Sent by Mona" in told and "Sent by Alice" in told
    for change in (
        "What it is about: Ten drives → Nine drives",
        "Owner: Bob Team",
        "Total: 1,080 → 900",
        "<del>Drive · 10 · pc · 100 · 1,000</del>",
        "<ins>Drive · 9 · pc · 100 · 900</ins>",
        "<del>Travel · 1 · 80 · 80</del>",
    ):
        assert change in told, change


async def test_before_it_is_sent_there_is_none(client, cast, quotation):
    assert "Versions" not in (await (await client(cast.alice)).get(f"/quotations/{quotation}")).text


async def test_a_version_is_read_as_it_was_sent(client, cast, twice):
    browser = await client(cast.alice)
    first = (await browser.get(f"/quotations/{twice}/versions/1")).text
    assert "Ten drives" in first and "Travel" in first and "€1,080" in first and "Nine drives" not in first
    second = (await browser.get(f"/quotations/{twice}/versions/2")).text
    assert "Nine drives" in second and "€900" in second and "<del>Travel" in second
    for number in (0, 3, 2**40):
        assert (await browser.get(f"/quotations/{twice}/versions/{number}")).status_code == 404


async def test_a_version_is_seen_by_whoever_sees_the_quotation_and_costs_by_those_who_sell(client, cast, now, twice):
    assert (await (await client(cast.charlie)).get(f"/quotations/{twice}/versions/1")).status_code == 404
    assert "Cost: 540" in (await (await client(cast.alice)).get(f"/quotations/{twice}")).text
    reading = await client(cast.rita)
    for page in ("", "/versions/1", "/versions/2"):
        text = (await reading.get(f"/quotations/{twice}{page}")).text
        assert "drives" in text and "Cost" not in text and "€540" not in text


async def test_the_page_asks_as_often_with_ten_versions_as_with_one(client, cast, now, twice):
    browser = await client(cast.alice)
    await browser.get(f"/quotations/{twice}")  # the counts of the navigation are known from then on
    with noting() as few:
        await browser.get(f"/quotations/{twice}")
    await DB.execute(
        "INSERT INTO quotation_version (id, quotation, number, content, sent_at) SELECT new_id(), quotation, n,"
        " content, sent_at FROM quotation_version, generate_series(3, 12) n WHERE number = 2"
    )
    with noting() as many:
        await browser.get(f"/quotations/{twice}")
    assert len(many) == len(few)
