"""Two people at one moment: what a verb looked at is still so when it has written, or it says why it has not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextvars import Context
from typing import Any

import pytest

from kam.customers import assigning, editing
from kam.customers.creating import create
from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.errors import DomainError, Invalid
from kam.leaving.deactivating import Holds, deactivate
from kam.orders.returning import take_back
from kam.people import adding, changing, saving_views, teams
from tests import cataloguing, ordering
from tests.cast import Cast

TIMES = 8


async def both(*doings: Awaitable[Any]) -> list[Any]:
    """What each of them gave or raised; a fault that is no refusal is raised."""
    found = await asyncio.gather(*doings, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, DomainError):
            raise one
    return list(found)


def refused(found: list[Any], field: str) -> list[Any]:
    return [one for one in found if isinstance(one, Invalid) and field in one.fields]


async def test_two_products_of_one_code(world: Cast, now) -> None:
    for number in range(TIMES):
        values = {"code": f"P{number}", "name": "Drive"}
        found = await both(*(cataloguing.add(values, by=world.ada, now=now) for _ in range(2)))
        assert len(refused(found, "code")) == 1
    ids = [await cataloguing.add({"code": f"Q{n}", "name": "Drive"}, by=world.ada, now=now) for n in range(2)]
    for number in range(TIMES):
        values = {"code": f"R{number}", "name": "Drive"}
        found = await both(*(cataloguing.change_product(id, values, by=world.ada, now=now) for id in ids))
        assert len(refused(found, "code")) == 1


async def test_two_people_of_one_address(world: Cast, now) -> None:
    for number in range(TIMES):
        new = {"name": "Wang", "email": f"w{number}@example.com", "role": "manager", "by": world.ada, "now": now}
        assert len(refused(await both(*(adding.add(**new) for _ in range(2))), "email")) == 1
        address = {"email": f"c{number}@example.com"}
        changes = (changing.change(who.id, address, by=world.ada, now=now) for who in (world.bob, world.sam))
        assert len(refused(await both(*changes), "email")) == 1


async def test_two_customers_of_one_code(world: Cast, now) -> None:
    for number in range(TIMES):
        code = {"code": f"X-{number}", "external_key": f"K-{number}"}
        found = await both(
            editing.edit(world.acme, code, by=world.ada, now=now),
            editing.edit(world.omega, code, by=world.ada, now=now),
        )
        assert len(refused(found, "code")) + len(refused(found, "external_key")) >= 1
        new = {"name": "New", "code": f"Y-{number}"}
        found = await both(
            create(new, by=world.ada, now=now), editing.edit(world.acme, {"code": new["code"]}, by=world.ada, now=now)
        )
        assert len(refused(found, "code")) == 1


async def test_two_teams_of_one_name_and_two_that_move_below_each_other(world: Cast, now) -> None:
    for number in range(TIMES):
        found = await both(*(teams.add_team(name=f"T{number}", by=world.ada, now=now) for _ in range(2)))
        assert len(refused(found, "name")) == 1
        found = await both(*(
            teams.change_team(team, name=name, parent=parent, region="", by=world.ada, now=now)
            for team, name, parent in ((world.north, "North", world.south), (world.south, "South", world.north))
        ))  # fmt: skip
        assert len(refused(found, "parent")) == 1
        for team, name in ((world.north, "North"), (world.south, "South")):
            await teams.change_team(team, name=name, parent=None, region="", by=world.ada, now=now)
    assert await DB.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0


async def test_an_order_is_returned_once(world: Cast, now) -> None:
    for number in range(TIMES):
        lines = [ordering.line(1, description="Drive", price=9)]
        own = {"by": world.ada, "now": now}
        order = await ordering.take(world.acme, lines, ordered_on=now.date(), number=f"N{number}", **own)
        found = await both(*(take_back(order, **own) for _ in range(3)))
        assert len(refused(found, "")) == 2


async def test_whoever_is_let_go_at_that_moment_holds_the_customer_they_have_just_got(world: Cast, now) -> None:
    async with DB.transaction():
        await assigning.assign(world.acme, owner=world.bob.id, team=None, by=world.ada, now=now)
        leaving = asyncio.create_task(deactivate(world.bob.id, by=world.ada, now=now), context=Context())
        await asyncio.wait({leaving}, timeout=0.3)
        assert not leaving.done()
    with pytest.raises(Holds):
        await leaving


async def test_whoever_was_let_go_gets_no_customer(world: Cast, now) -> None:
    async with DB.transaction():
        await deactivate(world.bob.id, by=world.ada, now=now)
        giving = asyncio.create_task(
            assigning.assign(world.acme, owner=world.bob.id, team=None, by=world.ada, now=now), context=Context()
        )
        await asyncio.wait({giving}, timeout=0.3)
        assert not giving.done()
    with pytest.raises(Invalid):
        await giving


async def test_the_last_administrators_cannot_both_go(world: Cast, now) -> None:
    await changing.change(world.mona.id, {"role": "administrator"}, by=world.ada, now=now)
    for _ in range(TIMES):
        await both(
            changing.change(world.ada.id, {"role": "manager"}, by=world.ada, now=now),
            changing.change(world.mona.id, {"role": "manager"}, by=world.ada, now=now),
        )
        left = await DB.fetch("SELECT id FROM person WHERE role = 'administrator' AND active")
        assert len(left) == 1
        for who in (world.ada, world.mona):
            await changing.change(who.id, {"role": "administrator"}, by=world.ada, now=now)


async def test_nobody_gets_a_fifty_first_view(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving_views, "MOST", 3)
    save = [
        retrying(lambda number=number: saving_views.save(list_name="x", name=f"V{number}", query="", by=world.alice))
        for number in range(8)
    ]
    assert len(refused(await both(*save), "name")) == 5
    assert await DB.fetchval("SELECT count(*) FROM saved_view") == 3
    await saving_views.save(list_name="x", name="V0", query="q=1", by=world.alice)
