"""Moments by the clock of who looks, which the browser names in a cookie."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from kam.clock import zone
from kam.database.engine import DB
from kam.people.queries import clock_of
from kam.people.sessions import viewer_of
from kam.plans.documenting import sheet_of
from kam.relationships import staffing
from kam.web.zones import ZONE
from tests import ordering, pursuing
from tests.conftest import NOW

TALK = {"channel": "phone", "purpose": "Prices", "direction": "out", "at": "2026-06-01T07:30"}


@pytest.fixture
async def shanghai(client, cast):
    browser = await client(cast.alice)
    browser.cookies.set(ZONE, "Asia/Shanghai")
    return browser


async def log(browser, customer):
    answer = await browser.post("/interactions", data=TALK | {"customer": str(customer)})
    assert answer.status_code == 303, answer.text
    return await DB.fetchrow("SELECT id, at FROM interaction WHERE customer = $1", customer)


async def test_a_moment_is_taken_and_shown_as_it_stands_on_the_wall(shanghai, client, cast):
    talk = await log(shanghai, cast.acme)
    assert talk["at"] == datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
    assert "1 Jun 2026 07:30" in (await shanghai.get(f"/interactions/{talk['id']}")).text
    assert "31 May 2026 23:30" in (await (await client(cast.bob)).get(f"/interactions/{talk['id']}")).text
    form = (await shanghai.get(f"/interactions/{talk['id']}/edit")).text
    assert 'value="2026-06-01T07:30"' in form
    assert "China Time" in form


async def test_a_range_of_days_begins_and_ends_with_the_days_of_that_clock(shanghai, client, cast):
    await log(shanghai, cast.acme)
    elsewhere = await client(cast.alice)
    elsewhere.cookies.set(ZONE, "UTC")
    for browser, day in ((shanghai, "2026-06-01"), (elsewhere, "2026-05-31")):
        assert "Prices" in (await browser.get(f"/interactions?at_from={day}&at_to={day}")).text
    assert "Prices" not in (await shanghai.get("/interactions?at_to=2026-05-31")).text
    assert "Prices" not in (await elsewhere.get("/interactions?at_from=2026-06-01")).text


async def test_a_file_tells_the_same_moment_as_the_page(shanghai, cast):
    await log(shanghai, cast.acme)
    assert "2026-06-01 07:30" in (await shanghai.get("/interactions?format=csv")).text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_the_first_and_the_last_day_there_are_break_nothing(shanghai, cast, day):
    assert (await shanghai.get(f"/interactions?at_from={day}&at_to={day}")).status_code == 200
    answer = await shanghai.post("/interactions", data=TALK | {"customer": "C-ACME", "at": f"{day}T00:00"})
    assert answer.status_code == 422
    assert "Please enter" in answer.text or "Say when it happened" in answer.text


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "x" * 5000, "Asia", "\udcff"]
)
async def test_a_name_that_is_no_zone_is_utc(client, cast, name):
    assert zone(name) is UTC
    browser = await client(cast.alice)
    cookies = f"{browser.headers.get('cookie', '')}; {ZONE}={name}".encode("utf-8", "surrogateescape")
    assert (await browser.get("/sign-in", headers={b"cookie": cookies})).status_code in (200, 303)


async def test_an_order_is_proposed_for_the_day_it_is_there(client, cast):
    """At any moment it is another day on one of these two."""
    proposed = set()
    for name in ("Pacific/Kiritimati", "Etc/GMT+12"):
        browser = await client(cast.alice)
        browser.cookies.set(ZONE, name)
        form = (await browser.get(f"/orders/new?customer={cast.acme}")).text
        proposed |= set(re.findall(r'name="ordered_on"[^>]*value="([\d-]+)"', form))
    assert len(proposed) == 2


def _new_year_in_shanghai(monkeypatch):
    """07:30 on 1 January there, which is 31 December in UTC."""
    moment = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    for module in (
        "kam.web.stepping",
        "kam.orders.pages.orders",
        "kam.relationships.pages",
        "kam.web.gate",
    ):
        monkeypatch.setattr(f"{module}.now", lambda: moment)
    return moment


async def test_what_somebody_does_has_the_date_of_their_own_day(shanghai, client, cast, monkeypatch):
    note = {"name": "Drives", "amount": Decimal(500)}
    before = datetime(2025, 11, 1, tzinfo=UTC)
    won, lost = [await pursuing.note(cast.acme, note, by=cast.alice, now=before) for _ in range(2)]
    lines = [ordering.line(1, description="Drive", price=9)]
    order = await ordering.take(cast.acme, lines, ordered_on=before.date(), by=cast.alice, now=before, number="A")
    _new_year_in_shanghai(monkeypatch)
    elsewhere = await client(cast.alice)
    elsewhere.cookies.set(ZONE, "UTC")
    for browser, opportunity, day in ((shanghai, won, date(2026, 1, 1)), (elsewhere, lost, date(2025, 12, 31))):
        instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1", opportunity)
        step = {"transition": "win", "revision": 1}
        assert (await browser.post(f"/instances/{instance}/steps", data=step)).status_code == 303
        closed = await DB.fetchval("SELECT closed_on FROM opportunity WHERE id = $1", opportunity)
        assert closed == day
    await shanghai.post(f"/orders/{order}/return")
    assert await DB.fetchval("SELECT ordered_on FROM sales_order WHERE number = 'A-R'") == date(2026, 1, 1)
    await shanghai.post(f"/customers/{cast.acme}/team", data={"person": str(cast.bob.id), "position": "lead"})
    assert await DB.fetchval("SELECT since FROM account_member WHERE customer = $1", cast.acme) == date(2026, 1, 1)


async def test_what_they_did_on_their_day_counts_for_what_they_do_next(cast):
    """A lead named at 07:30 on New Year's day in Shanghai is a lead for the next step, though UTC is still behind."""
    there, moment = replace(cast.mona, zone="Asia/Shanghai"), datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    await staffing.add(cast.acme, cast.bob.id, "lead", by=there, now=moment)
    row = await DB.fetchrow("SELECT as_of, has_lead FROM customer_fact WHERE customer = $1", cast.acme)
    assert tuple(row) == (date(2026, 1, 1), True)


async def test_the_clock_is_kept_with_the_person_for_what_is_done_without_a_browser(shanghai, cast):
    await shanghai.get("/settings")
    assert (await viewer_of(cast.alice.id, now=NOW)).clock == ZoneInfo("Asia/Shanghai")
    assert await clock_of(cast.alice.id) == ZoneInfo("Asia/Shanghai")
    assert await clock_of(cast.bob.id) == UTC


async def test_a_clock_that_was_chosen_rules_over_the_browsers(shanghai, cast):
    talk = await log(shanghai, cast.acme)
    form = {"name": "Alice", "language": "en", "theme": "auto"}
    assert (await shanghai.post("/settings", data=form | {"zone": "Mars/Olympus"})).status_code == 422
    assert (await shanghai.post("/settings", data=form | {"zone": "America/New_York"})).status_code == 303
    assert "31 May 2026 19:30" in (await shanghai.get(f"/interactions/{talk['id']}")).text
    assert await clock_of(cast.alice.id) == ZoneInfo("America/New_York")
    assert (await shanghai.post("/settings", data=form | {"zone": ""})).status_code == 303
    assert "1 Jun 2026 07:30" in (await shanghai.get(f"/interactions/{talk['id']}")).text


async def test_a_draft_is_printed_with_the_date_of_whoever_asked_for_it(cast):
    content = {"plan": {}, "format": 1}
    sheet = sheet_of({"state": "draft"}, None, content, made_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC),
                     clock=ZoneInfo("Asia/Shanghai"))  # fmt: skip
    assert sheet.made_at.startswith("2026-01-01")
