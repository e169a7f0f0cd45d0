"""Deadlines before the dates of a lease: laid down with the state, moved with the date, and acting by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from kam.database.engine import DB
from kam.people.viewer import Viewer
from kam.records.adding import add
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from kam.workflow.deadlines import settle
from tests.records.leases import LEASE
from tests.stepping import advance


def days(now, number):
    return now.date() + timedelta(days=number)


def over(day, before=0):
    """So many days before the end of a day."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1 - before)


async def begun(cast, now, *, sign=True, **values):
    record = await add(LEASE, {"title": "Support", **values}, by=cast.alice, now=now, customer=cast.acme)
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1", record)
    if sign:
        await advance(instance, "sign", by=cast.alice, now=now)
    return record, instance


async def open_deadlines(instance):
    rows = await DB.fetch(
        "SELECT name, due_at FROM workflow_deadline WHERE instance = $1 AND settled_at IS NULL ORDER BY due_at, name",
        instance,
    )
    return {row["name"]: row["due_at"] for row in rows}


async def state_of(record):
    return await DB.fetchval("SELECT state FROM lease WHERE id = $1", record)


async def test_a_step_lays_down_the_deadlines_of_its_state(leases, cast, now):
    ends, notice = days(now, 300), days(now, 200)
    _, instance = await begun(cast, now, sign=False, ends_on=ends, notice_on=notice)
    assert await open_deadlines(instance) == {}
    await advance(instance, "sign", by=cast.alice, now=now)
    assert await open_deadlines(instance) == {
        "notice_nears": over(notice, 30),
        "end_nears": over(ends, 60),
        "term_over": over(ends),
    }


async def test_without_a_date_there_is_no_deadline_and_with_one_given_later_there_is(leases, cast, now):
    record, instance = await begun(cast, now)
    assert await open_deadlines(instance) == {}
    await edit(LEASE, record, {"ends_on": days(now, 300)}, by=cast.alice, now=now)
    assert list(await open_deadlines(instance)) == ["end_nears", "term_over"]


async def test_they_move_with_the_date_and_go_with_it(leases, cast, now):
    record, instance = await begun(cast, now, ends_on=days(now, 300), notice_on=days(now, 200))
    await edit(LEASE, record, {"ends_on": days(now, 400)}, by=cast.alice, now=now)
    assert (await open_deadlines(instance))["term_over"] == over(days(now, 400))
    assert (await open_deadlines(instance))["notice_nears"] == over(days(now, 200), 30)
    await edit(LEASE, record, {"ends_on": None}, by=cast.alice, now=now)
    assert list(await open_deadlines(instance)) == ["notice_nears"]
    await edit(LEASE, record, {"ends_on": days(now, 500)}, by=cast.alice, now=now)
    assert (await open_deadlines(instance))["term_over"] == over(days(now, 500))


async def test_another_field_moves_nothing(leases, cast, now):
    record, instance = await begun(cast, now, ends_on=days(now, 300))
    before = await DB.fetch("SELECT * FROM workflow_deadline WHERE instance = $1 ORDER BY id", instance)
    await edit(LEASE, record, {"title": "More"}, by=cast.alice, now=now)
    assert await DB.fetch("SELECT * FROM workflow_deadline WHERE instance = $1 ORDER BY id", instance) == before


async def test_a_lease_ends_by_itself_when_its_last_day_is_over(leases, cast, now):
    ends = days(now, 10)
    record, _ = await begun(cast, now, ends_on=ends)
    await settle(over(ends) - timedelta(seconds=1))
    assert await state_of(record) == "in_force"
    settled = await settle(over(ends))
    assert (settled.acted, settled.failed) == (1, 0)
    assert await state_of(record) == "ended"
    assert await DB.fetchval("SELECT state FROM record WHERE id = $1", record) == "ended"
    assert (await settle(over(ends))).acted == 0


async def test_one_that_renews_itself_does_not_end_and_ends_once_it_no_longer_does(leases, cast, now):
    ends = days(now, 10)
    record, instance = await begun(cast, now, ends_on=ends, renewal="automatic")
    assert (await settle(over(ends))).refused == 1
    later = over(ends) + timedelta(days=2)
    assert await state_of(record) == "in_force"
    await edit(LEASE, record, {"ends_on": ends - timedelta(days=1)}, by=cast.alice, now=later)
    assert "term_over" not in await open_deadlines(instance), "what has acted stays settled"
    await edit(LEASE, record, {"ends_on": days(later, 30), "renewal": "none"}, by=cast.alice, now=later)
    assert (await open_deadlines(instance))["term_over"] == over(days(later, 30))
    assert (await settle(over(days(later, 30)))).acted == 1
    assert await state_of(record) == "ended"


async def test_what_falls_due_while_the_lease_is_deleted_waits_for_it(leases, cast, now):
    ends = days(now, 10)
    record, _ = await begun(cast, now, ends_on=ends)
    await delete(LEASE, record, by=cast.alice, now=now)
    assert (await settle(over(ends))).acted == 0
    await restore(LEASE, record, by=cast.alice, now=over(ends))
    assert (await settle(over(ends))).acted == 1
    assert await state_of(record) == "ended"


async def test_a_term_that_is_over_when_it_is_signed_ends_at_once(leases, cast, now):
    record, _ = await begun(cast, now, starts_on=days(now, -50), ends_on=days(now, -5))
    assert (await settle(now)).acted == 1
    assert await state_of(record) == "ended"


@pytest.mark.parametrize("who", ["alice", "mona"])
async def test_the_owner_is_reminded_on_the_desk(leases, cast, now, client, who, monkeypatch):
    from kam.desk import queries
    from kam.workflow.registry import current

    await begun(cast, now, ends_on=days(now, 61), notice_on=days(now, 31))
    viewer: Viewer = getattr(cast, who)
    items = await queries.waiting(viewer, current().definitions.values(), now=now)
    found = sorted((i.kind, i.title) for i in items if i.workflow == "leasing" and i.kind == "deadline")
    assert found == ([("deadline", "end_nears"), ("deadline", "notice_nears")] if who == "alice" else [])


async def test_who_owns_the_lease_at_a_customer_of_others_is_reminded_too(leases, cast, now):
    from kam.desk import queries
    from kam.workflow.registry import current

    _, instance = await begun(cast, now, sign=False, ends_on=days(now, 61), owner=cast.bob.id)
    steps = await queries.waiting(cast.alice, current().definitions.values(), now=now)
    assert not [item for item in steps if item.workflow == "leasing"], "what its owner may sign is not offered to her"
    await advance(instance, "sign", by=cast.bob, now=now)
    items = await queries.waiting(cast.bob, current().definitions.values(), now=now)
    [found] = [item for item in items if item.workflow == "leasing" and item.kind == "deadline"]
    assert (found.title, found.record) == ("end_nears", "Support")


async def test_a_lease_that_may_be_signed_is_offered_on_the_desk_and_signed_there(leases, cast, now, client):
    record, instance = await begun(cast, now, sign=False)
    browser = await client(cast.alice)
    text = (await browser.get("/")).text
    assert f'action="/instances/{instance}/steps"' in text
    assert "Support" in text
    answer = await browser.post(
        f"/instances/{instance}/steps", data={"transition": "sign", "revision": "1", "next": "/"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert await state_of(record) == "in_force"
