"""Whom an action or a risk is given to: by typing where there are many, and only to those who see the customer."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.people.pages import choosing

RISK = {"title": "Price war", "likelihood": "3", "impact": "4", "response": ""}


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(choosing, "FEW", 0)


async def test_few_are_offered_in_a_list(client, cast, plan):
    text = (await (await client(cast.alice)).get(f"/plans/{plan}/sections/risks")).text
    assert f'<option value="{cast.bob.id}">' in text and str(cast.charlie.id) not in text


async def test_many_are_typed_and_only_those_who_see_the_customer_are_proposed(client, cast, plan, many):
    browser = await client(cast.alice)
    source = f"/plans/{plan}/people/choices"
    for section in ("risks", "actions"):
        text = (await browser.get(f"/plans/{plan}/sections/{section}")).text
        assert str(cast.bob.id) not in text
    assert f'data-choices="{source}"' in (await browser.get(f"/plans/{plan}/sections/risks")).text
    found = [one["key"] for one in (await browser.get(source)).json()["choices"]]
    assert "bob@example.com" in found and "charlie@example.com" not in found
    assert (await (await client(cast.charlie)).get(source)).status_code == 404


async def test_the_typed_name_is_the_owner_and_stands_in_the_form_afterwards(client, cast, ready, many):
    browser = await client(cast.alice)
    assert (await browser.post(f"/plans/{ready}/risks", data=RISK | {"owner": "Bob"})).status_code == 303
    assert await DB.fetchval("SELECT owner FROM risk WHERE title = 'Price war'") == cast.bob.id
    assert 'value="Bob Team · bob@example.com"' in (await browser.get(f"/plans/{ready}/sections/risks")).text
    action = await DB.fetchrow("SELECT id, initiative FROM action LIMIT 1")
    said = {"title": "Meet them", "initiative": str(action["initiative"]), "owner": "Bob Team · bob@example.com"}
    assert (await browser.post(f"/plans/{ready}/actions/{action['id']}", data=said)).status_code == 303
    assert await DB.fetchval("SELECT owner FROM action WHERE id = $1", action["id"]) == cast.bob.id
    assert 'value="Bob Team · bob@example.com"' in (await browser.get(f"/plans/{ready}/sections/actions")).text


async def test_a_name_that_does_not_see_the_customer_is_explained_and_stays(client, cast, plan, many):
    browser = await client(cast.alice)
    for typed in ("Charlie", "charlie@example.com"):
        answer = await browser.post(f"/plans/{plan}/risks", data=RISK | {"owner": typed})
        assert answer.status_code == 422 and f'value="{typed}"' in answer.text
        assert "Choose somebody of the account team or of the customer" in answer.text


async def test_an_owner_who_has_left_is_still_named_in_the_form(client, cast, plan, now):
    browser = await client(cast.alice)
    assert (await browser.post(f"/plans/{plan}/risks", data=RISK | {"owner": str(cast.bob.id)})).status_code == 303
    await DB.execute("UPDATE person SET active = false WHERE id = $1", cast.bob.id)
    text = (await browser.get(f"/plans/{plan}/sections/risks")).text
    assert f'<option value="{cast.bob.id}" selected>' in text
