"""A form sent twice makes one record; a key that is anything else's is refused, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from kam.customers.contacts.adding import add
from kam.customers.creating import create
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.interactions.adding import log
from tests.belongings import belongings
from tests.racing import at_once

TALK = {"channel": "phone", "purpose": "Prices"}


async def contact(cast, now, key, by=None, name="Chen", **more):
    return await add(cast.acme, {"name": name, **more}, by=by or cast.alice, now=now, key=key)


async def interaction(cast, now, key, by=None, name="Prices", **more):
    return await log(
        cast.acme,
        {"channel": "phone", "purpose": name, "at": morning(now)},
        by=by or cast.alice,
        now=now,
        key=key,
        **more,
    )


def morning(now):
    return now.replace(hour=0, minute=0)


MAKERS = [contact, interaction]
TABLES = {contact: "contact", interaction: "interaction"}


async def state():
    tables = [*TABLES.values(), "record_change", "contact_role", "participant", "workflow_instance", "customer_fact"]
    return {table: await DB.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


@pytest.mark.parametrize("make", MAKERS)
async def test_the_same_words_of_the_same_person_answer_with_the_same_record(cast, now, make):
    key = new_id()
    assert await make(cast, now, key) == key
    before = await state()
    assert await make(cast, now + timedelta(minutes=1), key) == key
    assert await state() == before


@pytest.mark.parametrize("make", MAKERS)
async def test_other_words_or_another_person_are_refused(cast, now, make):
    key = new_id()
    await make(cast, now, key)
    before = await state()
    for other in ({"name": "Other"}, {"by": cast.mona}):
        with pytest.raises(Invalid) as refusal:
            await make(cast, now, key, **other)
        assert set(refusal.value.fields) == {"key"}
    assert await state() == before


async def test_who_took_part_are_words_too(cast, now):
    talk = new_id()
    await interaction(cast, now, talk)
    with pytest.raises(Invalid):
        await interaction(cast, now, talk, people=[cast.alice.id, cast.bob.id])
    assert await interaction(cast, now, talk, people=[cast.alice.id]) == talk


@pytest.mark.parametrize("make", MAKERS)
async def test_the_id_of_an_existing_record_of_whatever_kind_is_refused(cast, now, make):
    things, mine = await belongings(cast, now), await create({"name": "Mine"}, by=cast.alice, now=now)
    before = await state()
    for thing in (mine, things.contact, things.interaction, things.order, things.opportunity, things.plan):
        with pytest.raises(Invalid) as refusal:
            await make(cast, now, thing)
        assert set(refusal.value.fields) == {"key"}
    assert await state() == before


PAGES = {
    "/customers/{}/contacts": {"name": "Zebra", "stance": "neutral", "influence": "3"},
    "/customers/{}/interactions": {"channel": "phone", "purpose": "Zebra", "at": "2026-01-05T10:00"},
}


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_says_so_keeps_what_was_typed_and_saves_it_on_the_second_click(client, cast, now, path):
    browser, things = await client(cast.alice), await belongings(cast, now)
    for key in (things.contact, things.plan, "no key at all"):
        typed = {name: value.replace("Zebra", f"Zebra {key}") for name, value in PAGES[path].items()}
        refused = await browser.post(path.format(cast.acme), data={**typed, "key": str(key)})
        assert refused.status_code == 422
        assert f"Zebra {key}" in refused.text
        fresh = re.search(r'name="key" value="([^"]*)"', refused.text)[1]
        assert fresh != str(key)
        assert (await browser.post(path.format(cast.acme), data={**typed, "key": fresh})).status_code == 303


@pytest.mark.parametrize("make", MAKERS)
async def test_of_two_at_one_moment_the_same_make_one_and_of_others_one_is_refused(committed, now, make):
    same, other = new_id(), new_id()
    assert await at_once(*(make(committed, now, same) for _ in range(4))) == [same] * 4
    results = await at_once(*(make(committed, now, other, name=f"Name {number}") for number in range(4)))
    assert sorted(map(str, results)).count(str(other)) == 1
    assert sum(isinstance(result, Invalid) for result in results) == 3
    assert await DB.fetchval(f"SELECT count(*) FROM {TABLES[make]} WHERE id = ANY($1)", [same, other]) == 2
