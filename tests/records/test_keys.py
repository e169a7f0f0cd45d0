"""A form sent twice makes one record; what was changed under the same key makes another."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from kam.database.engine import DB
from kam.records.adding import add
from kam.records.kind import Kind
from kam.schedule import forget_sessions


async def send(kind: Kind, by, now, customer, title="Support", key="k"):
    return await add(kind, {"title": title}, by=by, now=now, customer=customer, key=key)


async def test_the_same_sent_again_answers_with_the_first(cast, now, visits):
    first = await send(visits, cast.alice, now, cast.acme)
    assert await send(visits, cast.alice, now + timedelta(minutes=1), cast.acme) == first
    assert await DB.fetchval("SELECT count(*) FROM visit") == 1


async def test_what_was_changed_meanwhile_is_a_second_one(cast, now, visits):
    first = await send(visits, cast.alice, now, cast.acme)
    assert await send(visits, cast.alice, now, cast.acme, title="More support") != first


async def test_a_key_belongs_to_whoever_got_the_form(cast, now, visits):
    first = await send(visits, cast.alice, now, cast.acme)
    assert await send(visits, cast.bob, now, cast.acme, title="Hers") != first


async def test_without_a_key_each_is_one_of_its_own(cast, now, visits):
    first = await send(visits, cast.alice, now, cast.acme, key="", title="One")
    assert await send(visits, cast.alice, now, cast.acme, key="") != first


async def test_sent_twice_at_one_moment_makes_one(world, now, visited):
    for number in range(8):
        own = {"key": f"k{number}", "title": f"T{number}"}
        found = await asyncio.gather(*(send(visited, world.alice, now, world.acme, **own) for _ in range(3)))
        assert len(set(found)) == 1
    assert await DB.fetchval("SELECT count(*) FROM visit") == 8


async def test_a_key_is_forgotten_after_a_week(cast, now, visits):
    await send(visits, cast.alice, now - timedelta(days=8), cast.acme)
    await send(visits, cast.alice, now - timedelta(days=6), cast.acme, key="other", title="Other")
    await forget_sessions(now)
    assert [row["key"] for row in await DB.fetch("SELECT key FROM submission")] == ["other"]
