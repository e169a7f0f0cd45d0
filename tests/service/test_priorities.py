"""The priority says by when a case is due, counted from the opening or from the last reopening."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.records.editing import edit
from kam.records.finding import find
from kam.service.kind import CASE
from tests.solving import led, opened


async def due(cast, case):
    return (await find(CASE, cast.sam, case))["due_at"]


async def changed(cast, case, now, *priorities):
    for priority in priorities:
        await edit(CASE, case, {"priority": priority}, by=cast.sam, now=now)


async def test_another_priority_sets_another_due_date_counted_from_the_opening(cast, now):
    case = await opened(cast.acme, by=cast.sam, now=now)
    await changed(cast, case, now + timedelta(days=1), "low")
    assert await due(cast, case) == now + timedelta(days=10)


async def test_a_reopened_case_keeps_its_due_date_when_the_priority_goes_and_comes_back(cast, now):
    case = await opened(cast.acme, by=cast.sam, now=now)
    await led(case, "solve", by=cast.sam, now=now)
    later = now + timedelta(days=9)
    await led(case, "reopen", by=cast.sam, now=later)
    assert await due(cast, case) == later + timedelta(days=3)
    await changed(cast, case, later, "urgent")
    assert await due(cast, case) == later + timedelta(hours=8)
    await changed(cast, case, later, "low", "normal")
    assert await due(cast, case) == later + timedelta(days=3)


@pytest.mark.parametrize("lost", ["due_at = NULL", "priority = 'whenever'"])
async def test_what_an_earlier_version_left_behind_gets_a_due_date_with_the_next_priority(cast, now, lost):
    case = await opened(cast.acme, by=cast.sam, now=now)
    await DB.execute(f"UPDATE service_case SET {lost} WHERE id = $1", case)
    await changed(cast, case, now, "high")
    assert await due(cast, case) == now + timedelta(days=1)


async def test_the_deadline_of_the_workflow_moves_with_the_due_date(cast, now):
    case = await opened(cast.acme, by=cast.sam, now=now)
    asked = """SELECT d.name, d.due_at FROM workflow_deadline d JOIN workflow_instance i ON i.id = d.instance
        WHERE i.subject = $1 AND d.settled_at IS NULL"""
    assert [tuple(row.values()) for row in await DB.fetch(asked, case)] == [("overdue", now + timedelta(days=3))]
    await changed(cast, case, now, "urgent")
    await led(case, "take", by=cast.sam, now=now)
    moved = [("overdue_in_progress", now + timedelta(hours=8))]
    assert [tuple(row.values()) for row in await DB.fetch(asked, case)] == moved
    await led(case, "solve", by=cast.sam, now=now)
    assert await DB.fetch(asked, case) == []
