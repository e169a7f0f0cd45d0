"""Moments by the clock of who looks, which the browser names in a cookie."""

import re
from datetime import UTC, datetime

import pytest

from kam.database.engine import DB
from kam.web.zones import ZONE, zone

TALK = {"channel": "phone", "purpose": "Prices", "direction": "out", "at": "2026-06-01T07:30"}


@pytest.fixture
async def shanghai(client, cast):
    browser = await client(cast.alice)
    browser.cookies.set(ZONE, "Asia/Shanghai")
    return browser


async def log(browser, customer):
    answer = await browser.post(f"/customers/{customer}/interactions", data=TALK)
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
    answer = await shanghai.post(f"/customers/{cast.acme}/interactions", data=TALK | {"at": f"{day}T00:00"})
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
