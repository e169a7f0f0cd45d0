"""A guard on the pages: its reasons stand above the form, what was typed stays, who may go beyond it is asked why."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.records.adding import add
from kam.records.deleting import delete
from tests.formful import sheets
from tests.records.guarded import CROWD, guarding

SAID = {"customer": "C-ACME", "title": "Tour", "guests": "11", "currency": "EUR"}


@pytest.fixture
def guarded(visits):
    with guarding(CROWD):
        yield


def form_of(text: str, address: str) -> dict:
    return next(one for one in sheets(text) if one.action == address).data


async def test_a_refused_form_keeps_what_was_typed_and_says_who_could(visiting, guarded, cast):
    answer = await (await visiting(cast.alice)).post("/visits", data=SAID)
    assert answer.status_code == 409 and await DB.fetchval("SELECT count(*) FROM visit") == 0
    assert "This cannot be saved as things stand." in answer.text and "Manager can go beyond this" in answer.text
    kept = form_of(answer.text, "/visits")
    assert kept["title"] == ["Tour"] and kept["guests"] == ["11"] and "remark" not in kept


async def test_who_may_go_beyond_is_asked_why_and_the_page_tells_it(visiting, guarded, cast):
    browser = await visiting(cast.mona)
    answer = await browser.post("/visits", data=SAID)
    asked = form_of(answer.text, "/visits")
    assert answer.status_code == 409 and asked["remark"] == [""]
    saved = await browser.post("/visits", data=asked | {"remark": "The fair"})
    assert saved.status_code == 303, saved.text
    for page in (saved.headers["location"], f"/customers/{cast.acme}"):
        text = (await browser.get(page)).text
        assert "Visit let through beyond a guard" in text and "No crowds: The fair" in text, page


async def test_an_edit_is_asked_why_too(visiting, guarded, visits, cast, now):
    visit = await add(visits, {"title": "Tour", "guests": 3}, by=cast.alice, now=now, customer=cast.acme)
    browser, address = await visiting(cast.mona), f"/visits/{visit}"
    form = form_of((await browser.get(f"{address}/edit")).text, address)
    answer = await browser.post(address, data=form | {"guests": "12"})
    asked = form_of(answer.text, address)
    assert answer.status_code == 409 and asked["guests"] == ["12"] and asked["remark"] == [""]
    assert (await browser.post(address, data=asked | {"remark": "They insist"})).status_code == 303
    assert await DB.fetchval("SELECT guests FROM visit") == 12


async def test_restoring_is_asked_why_too(visiting, visits, cast, now):
    visit = await add(visits, {"title": "Tour", "guests": 11}, by=cast.alice, now=now, customer=cast.acme)
    await delete(visits, visit, by=cast.alice, now=now)
    browser, address = await visiting(cast.mona), f"/visits/{visit}/restoration"
    with guarding(CROWD):
        answer = await browser.post(address)
        asked = form_of(answer.text, address)
        assert answer.status_code == 409 and "at most 10" in answer.text and asked["remark"] == [""]
        assert (await browser.post(address, data=asked | {"remark": "Agreed"})).status_code == 303
    assert await DB.fetchval("SELECT deleted_at IS NULL FROM visit")
