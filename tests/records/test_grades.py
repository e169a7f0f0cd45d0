"""A grade is one of a choice of numbers; that nobody knows it is none of them, least of all nought."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.errors import Invalid
from kam.records.adding import add
from kam.records.editing import edit
from kam.records.finding import find
from kam.records.subject import facts_of


@pytest.fixture
async def three(cast, now, visits):
    said = {"Unknown": {}, "Lukewarm": {"warmth": 0}, "Cold": {"warmth": -1}}
    return {
        title: await add(visits, {"title": f"{title} one", **more}, by=cast.alice, now=now, customer=cast.acme)
        for title, more in said.items()
    }


async def test_it_is_one_of_the_choice_or_not_known(cast, now, visits, three):
    assert [(await find(visits, cast.alice, one))["warmth"] for one in three.values()] == [None, 0, -1]
    await edit(visits, three["Lukewarm"], {"warmth": None}, by=cast.alice, now=now)
    assert (await find(visits, cast.alice, three["Lukewarm"]))["warmth"] is None
    with pytest.raises(Invalid) as refused:
        await edit(visits, three["Cold"], {"warmth": 7}, by=cast.alice, now=now)
    assert set(refused.value.fields) == {"warmth"}


async def test_it_is_known_as_a_number(visits, three):
    sql = facts_of(visits).groups[0].sql
    assert "t.warmth AS warmth" in sql
    assert await DB.fetchval("SELECT count(*) FROM visit WHERE warmth < 1") == 2
