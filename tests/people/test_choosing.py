"""Choosing a colleague: from a list while there are few, by typing when there are many."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.people.pages import choosing
from tests import pursuing

SAID = {"name": "Line 7", "state": "prospecting", "currency": "EUR", "customer": "Acme"}


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(choosing, "FEW", 0)


async def owner():
    return await DB.fetchval("SELECT owner FROM opportunity WHERE name = 'Line 7'")


async def test_few_are_offered_in_a_list_and_many_by_typing(client, cast, monkeypatch):
    browser = await client(cast.alice)
    assert '<select id="f-owner"' in (await browser.get("/opportunities/new")).text
    monkeypatch.setattr(choosing, "FEW", 0)
    page = (await browser.get("/opportunities/new")).text
    assert 'data-choices="/people/choices"' in page and "alice@example.com" in page
    found = (await browser.get("/people/choices?q=bo")).json()["choices"]
    assert [one["key"] for one in found] == ["bob@example.com"]


@pytest.mark.parametrize("typed", ["Bob", "bob@example.com", "Bob · bob@example.com", "BOB@example.com"])
async def test_a_typed_name_or_address_is_the_colleague(client, cast, many, typed):
    answer = await (await client(cast.alice)).post("/opportunities", data=SAID | {"owner": typed})
    assert answer.status_code == 303 and await owner() == cast.bob.id


async def test_a_name_that_nobody_or_several_have_is_explained_and_stays(client, cast, many):
    browser = await client(cast.alice)
    answer = await browser.post("/opportunities", data=SAID | {"owner": "Nobody at all"})
    assert answer.status_code == 422 and "There is no colleague of this name." in answer.text
    assert 'value="Nobody at all"' in answer.text
    answer = await browser.post("/opportunities", data=SAID | {"owner": "example.com"})
    assert answer.status_code == 422 and "Several colleagues are called so." in answer.text


async def test_an_owner_who_has_left_stays_the_owner_when_the_form_is_saved(client, cast, now):
    found = await pursuing.note(cast.acme, {"name": "Line 7", "owner": cast.bob.id}, by=cast.alice, now=now)
    await DB.execute("UPDATE person SET active = false WHERE id = $1", cast.bob.id)
    page = (await (await client(cast.alice)).get(f"/opportunities/{found}/edit")).text
    assert f'<option value="{cast.bob.id}" selected>' in page


async def test_whoever_else_took_part_is_typed_beside_the_account_team(client, cast, many):
    browser = await client(cast.alice)
    said = {"purpose": "Visit", "channel": "visit", "at": "2026-06-14T10:00", "customer": "C-ACME", "participants": ""}
    said |= {"participants_person": str(cast.alice.id)}
    page = (await browser.get(f"/interactions/new?customer={cast.acme}")).text
    assert "Somebody else of ours" in page and str(cast.alice.id) in page and str(cast.charlie.id) not in page
    wrong = await browser.post("/interactions", data=said | {"participants_person_other": "Zoe"})
    assert wrong.status_code == 422 and 'value="Zoe"' in wrong.text
    answer = await browser.post("/interactions", data=said | {"participants_person_other": "Bob"})
    assert answer.status_code == 303
    took_part = {row["person"] for row in await DB.fetch("SELECT person FROM participant WHERE person IS NOT NULL")}
    assert took_part == {cast.alice.id, cast.bob.id}


async def test_a_member_of_a_team_is_typed(client, cast, many):
    browser = await client(cast.ada)
    assert 'data-choices="/people/choices"' in (await browser.get(f"/teams/{cast.south}")).text
    wrong = await browser.post(f"/teams/{cast.south}/members", data={"person": "Zoe"})
    assert wrong.status_code == 422 and 'value="Zoe"' in wrong.text
    assert (await browser.post(f"/teams/{cast.south}/members", data={"person": "Bob"})).status_code == 303
    assert "Bob Team" in (await browser.get(f"/teams/{cast.south}")).text


async def test_whoever_joins_an_account_team_is_typed_and_a_refusal_keeps_it(client, cast, many):
    browser, team = await client(cast.mona), f"/customers/{cast.acme}/team"
    assert 'data-choices="/people/choices"' in (await browser.get(team)).text
    wrong = await browser.post(team, data={"person": "Zoe", "position": "technical"})
    assert wrong.status_code == 422 and "There is no colleague of this name." in wrong.text
    assert 'value="Zoe"' in wrong.text and '<option value="technical" selected>' in wrong.text
    reader = await browser.post(team, data={"person": "Rita", "position": "technical"})
    assert reader.status_code == 422 and "Rita Reader · rita@example.com" in reader.text
    assert (await browser.post(team, data={"person": "bob@example.com", "position": "technical"})).status_code == 303
    assert "Bob Team" in (await browser.get(team)).text
