"""Records of every kind are found by number and words, by whoever sees them, by the indexes of their kind."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.records.adding import add
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from kam.search.queries import grouped, pages, search


async def found(viewer, text):
    return [one.title for one in await search(viewer, text) if one.group == "visit"]


@pytest.fixture
async def visit(cast, now, visits):
    return await add(visits, {"title": "Zebra 维护合同"}, by=cast.alice, now=now, customer=cast.acme)


@pytest.mark.parametrize("text", ["zebra", "ZEB", "维护", "维"])
async def test_it_is_found_by_its_words_and_led_to(cast, visit, text):
    one = next(one for one in await search(cast.alice, text) if one.group == "visit")
    assert (one.path, one.detail, one.icon) == (f"/visits/{visit}", "Acme Industrial", "map-pin")
    assert one.title.endswith("Zebra 维护合同")


async def test_it_is_found_by_its_number(cast, visit):
    number = await DB.fetchval("SELECT number FROM visit WHERE id = $1", visit)
    assert len(await found(cast.alice, number)) == 1


async def test_nobody_of_another_team_finds_it(cast, visit):
    assert await found(cast.charlie, "zebra") == []


async def test_it_is_found_as_it_is_now(cast, now, visits, visit):
    await edit(visits, visit, {"title": "Lion"}, by=cast.alice, now=now)
    assert await found(cast.alice, "zebra") == [] and len(await found(cast.alice, "lion")) == 1
    await delete(visits, visit, by=cast.alice, now=now)
    assert await found(cast.alice, "lion") == []
    await restore(visits, visit, by=cast.alice, now=now)
    assert len(await found(cast.alice, "lion")) == 1


async def test_a_kind_never_heard_of_has_a_group_and_a_command_of_its_own(cast, now, visits):
    await add(visits, {"title": "Zebra walk"}, by=cast.alice, now=now, customer=cast.acme)
    groups = grouped(await search(cast.alice, "zebra"), "en")
    assert [(group["title"], len(group["results"])) for group in groups] == [("Visits", 1)]
    assert [one.path for one in pages(cast.alice, "new visit", (), "en")] == ["/visits/new"]
    assert pages(cast.rita, "new visit", (), "en") == []
