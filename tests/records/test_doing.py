"""Adding, editing, deleting, restoring and finding, as every kind of record does it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound, Stale
from kam.people.owning import NOT_AN_OWNER
from kam.records import standing
from kam.records.adding import add, begin, judged
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from kam.records.finding import find
from kam.records.kind import Kind
from tests.statements import noting


@pytest.fixture
async def visit(visits, cast, now):
    return await add(visits, {"title": "Walk", "guests": 3}, by=cast.alice, now=now, customer=cast.acme)


async def history(record):
    rows = await DB.fetch("SELECT event, changes::text FROM record_change WHERE record = $1 ORDER BY id", record)
    return [(row["event"], json.loads(row["changes"])) for row in rows]


async def test_it_begins_with_what_was_said_and_what_is_usual(visits, visit, cast):
    row = await find(visits, cast.alice, visit)
    assert (row["title"], row["guests"], row["currency"], row["paid"], row["tags"]) == ("Walk", 3, "EUR", False, [])
    assert (row["state"], row["revision"], row["customer_name"]) == ("planned", 1, "Acme Industrial")
    said = {"title": "Walk", "guests": 3, "paid": False, "currency": "EUR"}
    assert await history(visit) == [("created", {name: [None, value] for name, value in said.items()})]
    assert await standing.faults([visits]) == []


async def test_an_edit_changes_what_differs_and_nothing_else(visits, visit, cast, now):
    await edit(visits, visit, {"title": "Walk", "guests": 3}, by=cast.alice, now=now, revision=1)
    assert (await find(visits, cast.alice, visit))["revision"] == 1
    await edit(visits, visit, {"title": "Walk ", "guests": None}, by=cast.bob, now=now, revision=1)
    assert (await history(visit))[1:] == [("changed", {"guests": [3, None]})]
    with pytest.raises(Stale):
        await edit(visits, visit, {"guests": 4}, by=cast.alice, now=now, revision=1)


async def test_what_was_deleted_is_found_by_nobody_until_it_is_restored(visits, visit, cast, now):
    await delete(visits, visit, by=cast.alice, now=now)
    for wanted in (find(visits, cast.alice, visit), edit(visits, visit, {}, by=cast.alice, now=now)):
        with pytest.raises(NotFound):
            await wanted
    assert (await find(visits, cast.alice, visit, deleted=None))["deleted_at"] == now
    assert await DB.fetchval("SELECT deleted_at FROM record WHERE id = $1", visit) == now
    await restore(visits, visit, by=cast.alice, now=now)
    assert (await find(visits, cast.alice, visit))["deleted_at"] is None
    assert [event for event, _ in await history(visit)] == ["created", "deleted", "restored"]


@pytest.mark.parametrize("who", ["charlie", "rita", "sam"])
async def test_outsiders_and_who_may_not_write_change_nothing(visits, visit, cast, now, who):
    by = getattr(cast, who)
    refusal = NotFound if who == "charlie" else NotAllowed
    for verb in (
        lambda: add(visits, {"title": "x"}, by=by, now=now, customer=cast.acme),
        lambda: edit(visits, visit, {"title": "x"}, by=by, now=now),
        lambda: delete(visits, visit, by=by, now=now),
        lambda: restore(visits, visit, by=by, now=now),
    ):
        with pytest.raises(refusal):
            await verb()
    assert len(await history(visit)) == 1


async def test_what_belongs_to_nobody_is_seen_by_ability(visits, visit, cast):
    nobodys: Kind = replace(visits, belongs=None, sees="manage_people")
    assert (await find(nobodys, cast.ada, visit))["title"] == "Walk"
    with pytest.raises(NotAllowed):
        await find(nobodys, cast.alice, visit)


async def test_every_fault_is_told_at_once_and_at_its_field(visits, cast, now):
    wrong = {"title": "", "guests": 100, "email": "x", "mood": "so so", "currency": "ZZZ", "web": "no", "sure": 101}
    with pytest.raises(Invalid) as refused:
        await add(visits, wrong, by=cast.alice, now=now, customer=cast.acme)
    assert refused.value.fields.keys() == wrong.keys()


async def test_who_does_not_see_a_field_neither_reads_nor_sets_it(visits, cast, now, visit):
    await edit(visits, visit, {"cost": Decimal(7)}, by=cast.ada, now=now)
    assert "cost" not in await find(visits, cast.alice, visit)
    with pytest.raises(Invalid):
        await edit(visits, visit, {"cost": Decimal(8)}, by=cast.alice, now=now)
    await edit(visits, visit, {"guests": 9}, by=cast.alice, now=now)
    assert (await find(visits, cast.ada, visit))["cost"] == Decimal(7)


@pytest.mark.parametrize("who", ["rita", "nobody"])
async def test_an_owner_is_one_who_may_write(visits, cast, now, who):
    owner = cast.rita.id if who == "rita" else new_id()
    with pytest.raises(Invalid) as refused:
        await add(visits, {"title": "x", "owner": owner}, by=cast.alice, now=now, customer=cast.acme)
    assert refused.value.fields == {"owner": NOT_AN_OWNER}


async def test_an_owner_who_has_left_may_stay(visits, cast, now, visit):
    await edit(visits, visit, {"owner": cast.bob.id}, by=cast.alice, now=now)
    await DB.execute("UPDATE person SET active = FALSE WHERE id = $1", cast.bob.id)
    await edit(visits, visit, {"owner": cast.bob.id, "guests": 4}, by=cast.alice, now=now)
    with pytest.raises(Invalid):
        await add(visits, {"title": "x", "owner": cast.bob.id}, by=cast.alice, now=now, customer=cast.acme)


async def test_many_begin_by_as_many_statements_as_one(visits, cast, now):
    async def of(count):
        rows = [
            judged(visits, {"title": f"{count} {n}"}, by=cast.alice, now=now) | {"id": new_id(), "customer": cast.acme}
            for n in range(count)
        ]
        with noting() as told:
            await begin(visits, rows, by=cast.alice, now=now)
        return len(told)

    assert await of(1) == await of(500) == 1
    assert await standing.faults([visits]) == []
    numbers = await DB.fetch("SELECT number FROM visit")
    assert len({row["number"] for row in numbers}) == 501
    for table, column in (("workflow_instance", "subject"), ("record_change", "record")):
        found = await DB.fetchval(f"SELECT count(*) FROM {table} WHERE {column} IN (SELECT id FROM visit)")
        assert found == 501, table


async def test_a_moment_is_kept_with_its_zone(visits, cast, now):
    at = datetime(2026, 7, 1, 14, 30, tzinfo=UTC)
    visit = await add(visits, {"title": "x", "at": at}, by=cast.alice, now=now, customer=cast.acme)
    assert (await find(visits, cast.alice, visit))["at"] == at
