"""Two people at one record, or with one name, at one moment: one of them wins, and the other is told why."""

from __future__ import annotations

from kam.customers.kind import CUSTOMER
from kam.database.engine import DB
from kam.errors import DomainError, Invalid, NotFound, Stale
from kam.records.adding import add
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from tests.racing import at_once

TIMES = 8


def lost(outcomes):
    """The one that was refused; a fault that is no refusal is raised."""
    failed = [one for one in outcomes if isinstance(one, BaseException)]
    for one in failed:
        if not isinstance(one, DomainError):
            raise one
    assert len(failed) == 1, outcomes
    return failed[0]


async def made(kind, world, now, title):
    return await add(kind, {"title": title}, by=world.ada, now=now, customer=world.acme)


async def test_two_of_one_name(visited, world, now):
    for number in range(TIMES):
        outcomes = await at_once(*(made(visited, world, now, f"V{number}") for _ in range(2)))
        assert lost(outcomes).fields == {"title": "There is a visit of this name."}
    ids = [await made(visited, world, now, f"W{number}") for number in range(2)]
    for number in range(TIMES):
        outcomes = await at_once(*(edit(visited, id, {"title": f"X{number}"}, by=world.ada, now=now) for id in ids))
        assert isinstance(lost(outcomes), Invalid)


async def test_two_edits_of_what_both_have_seen(visited, world, now):
    for number in range(TIMES):
        visit = await made(visited, world, now, f"V{number}")
        outcomes = await at_once(
            edit(visited, visit, {"about": "One"}, by=world.ada, now=now, revision=1),
            edit(visited, visit, {"about": "Two"}, by=world.alice, now=now, revision=1),
        )
        assert isinstance(lost(outcomes), Stale)
        assert await DB.fetchval("SELECT revision FROM visit WHERE id = $1", visit) == 2


async def test_an_edit_and_a_deletion(visited, world, now):
    for number in range(TIMES):
        visit = await made(visited, world, now, f"V{number}")
        outcomes = await at_once(
            edit(visited, visit, {"about": "One"}, by=world.ada, now=now, revision=1),
            delete(visited, visit, by=world.alice, now=now, revision=1),
        )
        assert isinstance(lost(outcomes), Stale | NotFound)
        row = await DB.fetchrow(
            "SELECT v.deleted_at, r.deleted_at AS shown FROM visit v JOIN record r USING (id) WHERE id = $1", visit
        )
        assert row["deleted_at"] == row["shown"]


async def test_two_deletions_and_two_restorations(visited, world, now):
    visit = await made(visited, world, now, "V")
    for _ in range(TIMES):
        for verb in (delete, restore):
            outcomes = await at_once(*(verb(visited, visit, by=world.ada, now=now) for _ in range(2)))
            assert isinstance(lost(outcomes), NotFound)


async def test_a_new_one_and_the_deletion_of_its_customer(visited, world, now):
    await at_once(made(visited, world, now, "V"), delete(CUSTOMER, world.acme, by=world.ada, now=now))
    gone = await DB.fetchval("SELECT deleted_at IS NOT NULL FROM customer WHERE id = $1", world.acme)
    assert gone
    outcomes = await at_once(made(visited, world, now, "W"))
    assert isinstance(lost(outcomes), NotFound)
