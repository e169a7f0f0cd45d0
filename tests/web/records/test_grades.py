"""A grade in form, list and file: by its number there, by its title for whoever reads."""

from __future__ import annotations

import pytest

from kam.records.adding import add


@pytest.fixture
async def three(cast, now, visits):
    said = {"Unknown": {}, "Lukewarm": {"warmth": 0}, "Cold": {"warmth": -1}}
    return {
        title: await add(visits, {"title": f"{title} one", **more}, by=cast.alice, now=now, customer=cast.acme)
        for title, more in said.items()
    }


async def test_a_form_says_it_by_its_number_and_shows_it_by_its_title(visiting, cast, visits, three):
    browser = await visiting(cast.alice)
    page = f"/visits/{three['Unknown']}"
    form = (await browser.get(f"{page}/edit")).text
    assert '<option value="0">Lukewarm' in form and '<option value="0" selected' not in form
    said = {"title": "Unknown one", "revision": "1", "warmth": "0"}
    assert (await browser.post(page, data=said)).status_code == 303
    assert '<option value="0" selected>Lukewarm' in (await browser.get(f"{page}/edit")).text
    told = (await browser.get(page)).text
    assert "Warmth: Lukewarm" in told and "<dd>Lukewarm</dd>" in told
    assert (await browser.post(page, data={**said, "revision": "2", "warmth": "7"})).status_code == 422


async def test_a_list_shows_and_narrows_by_it(visiting, cast, visits, three):
    browser = await visiting(cast.alice)
    only = (await browser.get("/visits?warmth=0")).text
    assert "Lukewarm one" in only and "Cold one" not in only and "Unknown one" not in only
    told = (await browser.get("/visits?format=csv")).text
    assert {"Cold", "Lukewarm"} <= set(told.replace("\r\n", ",").split(","))
