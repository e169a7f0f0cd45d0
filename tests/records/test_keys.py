"""A form sent twice makes one record; what was changed under the same key makes another."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from kam.contracts.kind import CONTRACT
from kam.database.engine import DB
from kam.records.adding import add
from kam.schedule import forget_sessions


async def send(by, now, customer, title="Support", key="k"):
    return await add(CONTRACT, {"title": title}, by=by, now=now, customer=customer, key=key)


async def test_the_same_sent_again_answers_with_the_first(cast, now):
    first = await send(cast.alice, now, cast.acme)
    assert await send(cast.alice, now + timedelta(minutes=1), cast.acme) == first
    assert await DB.fetchval("SELECT count(*) FROM contract") == 1


async def test_what_was_changed_meanwhile_is_a_second_one(cast, now):
    first = await send(cast.alice, now, cast.acme)
    assert await send(cast.alice, now, cast.acme, title="More support") != first


async def test_a_key_belongs_to_whoever_got_the_form(cast, now):
    first = await send(cast.alice, now, cast.acme)
    assert await send(cast.bob, now, cast.acme) != first


async def test_without_a_key_each_is_one_of_its_own(cast, now):
    assert await send(cast.alice, now, cast.acme, key="") != await send(cast.alice, now, cast.acme, key="")


async def test_sent_twice_at_one_moment_makes_one(world, now):
    for number in range(8):
        found = await asyncio.gather(*(send(world.alice, now, world.acme, key=f"k{number}") for _ in range(3)))
        assert len(set(found)) == 1
    assert await DB.fetchval("SELECT count(*) FROM contract") == 8


async def test_a_key_is_forgotten_after_a_week(cast, now):
    await send(cast.alice, now - timedelta(days=8), cast.acme)
    await send(cast.alice, now - timedelta(days=6), cast.acme, key="other")
    await forget_sessions(now)
    assert [row["key"] for row in await DB.fetch("SELECT key FROM submission")] == ["other"]
