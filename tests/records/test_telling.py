"""What becomes of a record is told on the timeline and in the history of its customer, in the words of its kind."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.customers import timeline
from kam.customers.pages import history
from kam.database.engine import DB
from kam.records.adding import add
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from kam.records.subject import facts_of
from kam.workflow.options import instance_of
from tests.records.made_up import MOODS
from tests.stepping import advance


@pytest.fixture
async def visit(cast, now, visits):
    values = {"title": "Walk", "guests": 2, "mood": "good", "cost": Decimal(77)}
    return await add(visits, values, by=cast.ada, now=now, customer=cast.acme)


async def read(client, who, customer, page="") -> str:
    return (await (await client(who)).get(f"/customers/{customer}{page}")).text


@pytest.mark.parametrize("page", ["", "/history", "?show=visit"])
async def test_it_is_told_in_the_words_of_its_fields(client, cast, now, visits, visit, page):
    await edit(visits, visit, {"mood": "bad", "owner": cast.bob.id}, by=cast.alice, now=now)
    text = await read(client, cast.alice, cast.acme, page)
    number = await DB.fetchval("SELECT number FROM visit WHERE id = $1", visit)
    for said in (f"Visit added: {number} Walk", f"Visit changed: {number} Walk", "Guests: 2", "Mood: Good mood",
                 "Good mood → Bad mood", "Owner: Bob Team", f'href="/visits/{visit}"'):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize("page", ["", "/history"])
async def test_a_protected_field_is_told_to_whoever_may_see_it_alone(client, cast, now, visits, visit, page):
    assert "Cost of the visit: 77" in await read(client, cast.ada, cast.acme, page)
    await edit(visits, visit, {"cost": Decimal(88)}, by=cast.ada, now=now)
    assert "Cost of the visit: 77 → 88" in await read(client, cast.ada, cast.acme, page)
    text = await read(client, cast.alice, cast.acme, page)
    assert "Visit added" in text and "Visit changed" not in text
    assert "Cost of the visit" not in text and "77" not in text.partition("Visit added")[2][:300]


@pytest.mark.parametrize("page", ["", "/history", "?show=visit"])
async def test_its_steps_are_told_and_that_it_was_deleted_since(client, cast, now, visits, visit, page):
    await advance((await instance_of("visiting", visit)).id, "make", by=cast.mona, now=now, comment="All were there.")
    text = await read(client, cast.alice, cast.acme, page)
    assert "Visiting: Note that it took place" in text and "All were there." in text and "deleted since" not in text
    await delete(visits, visit, by=cast.alice, now=now)
    text = await read(client, cast.alice, cast.acme, page)
    assert "Visit deleted: " in text and "Walk (deleted since)" in text
    await restore(visits, visit, by=cast.alice, now=now)
    assert "Visit restored: " in await read(client, cast.alice, cast.acme, page)


async def test_each_thing_is_told_once_whatever_is_chosen(cast, now, visits, visit):
    await edit(visits, visit, {"mood": "bad"}, by=cast.alice, now=now)
    for chosen in ((), ("visit",), ("change",), ("visit", "change")):
        events = await timeline.timeline(cast.alice, cast.acme, kinds=chosen)
        assert len({event.id for event in events}) == len(events) == 2, chosen
    assert await timeline.timeline(cast.alice, cast.acme, kinds=["order"]) == []


async def test_a_reference_is_named_to_whoever_sees_it_alone(cast, now, visits, visit):
    of_charlie = await add(visits, {"title": "Secret"}, by=cast.charlie, now=now, customer=cast.omega)
    changes = {"of": [str(visit), str(of_charlie)]}
    event = timeline.Event("change", visit, now, "", {"changes": changes})
    assert (await timeline.names_of(cast.alice, [event]))[str(of_charlie)] == "…"
    assert (await timeline.names_of(cast.alice, [event]))[str(visit)].endswith("Walk")


async def test_one_of_a_choice_that_stood_at_a_step_is_told_by_its_title(visits):
    mood = next(fact for group in facts_of(visits).groups for fact in group.facts if fact.name == "mood")
    value = next(iter(MOODS))
    assert history._stood("visit", mood, value, "EUR", "en") == MOODS[value]
    assert history._stood("visit", mood, "gone", "EUR", "en") == "gone"
    assert history._stood("customer", mood, "growable", "EUR", "en") == "growable"
