"""Deadlines really happen, once; reminders stay until their state is left."""

from __future__ import annotations

from datetime import timedelta

from kam.database.engine import DB
from kam.workflow.beginning import begin_all
from kam.workflow.deadlines import Settled, settle
from kam.workflow.history import steps
from kam.workflow.options import instance_of
from tests.stepping import advance
from tests.tampering import tampering

QUIET = {"open_complaints": 0, "overdue_cases": 0, "days_since_contact": 5, "revenue_trend": 3, "feeling_index": None}


async def on_watch(cast, now):
    instance = (await instance_of("early_warning", cast.acme)).id
    await advance(instance, "warn", by=cast.alice, now=now, comment="Rumours")
    return instance


async def test_entering_a_state_lays_down_its_deadlines_and_leaving_clears_them(cast, know, now):
    instance = await on_watch(cast, now)
    due = await DB.fetch("SELECT name, due_at FROM workflow_deadline WHERE instance = $1 ORDER BY due_at", instance)
    assert [(row["name"], (row["due_at"] - now).days) for row in due] == [
        ("watch_reminder", 30), ("watch_calm", 90), ("watch_too_long", 120),
    ]  # fmt: skip
    await know(cast.acme, days_since_contact=3)
    await advance(instance, "restore", by=cast.mona, now=now, comment="Nothing in it")
    outcomes = await DB.fetch("SELECT outcome FROM workflow_deadline WHERE instance = $1", instance)
    assert [row["outcome"] for row in outcomes] == ["left"] * 3


async def test_a_deadline_that_is_due_takes_its_step_once(cast, know, now):
    instance = await on_watch(cast, now)
    await know(cast.acme, **QUIET)
    assert await settle(now + timedelta(days=89)) == Settled()
    assert await settle(now + timedelta(days=91)) == Settled(acted=1)
    assert await settle(now + timedelta(days=500)) == Settled()
    last = (await steps(instance))[-1]
    assert (last.to_state, last.by, last.trigger) == ("normal", None, "watch_calm")


async def test_a_deadline_whose_step_is_refused_says_why_and_the_next_one_comes(cast, know, now):
    instance = await on_watch(cast, now)
    await know(cast.acme, **{**QUIET, "open_complaints": 2})
    assert await settle(now + timedelta(days=91)) == Settled(refused=1)
    outcome = await DB.fetchval(
        "SELECT outcome FROM workflow_deadline WHERE name = 'watch_calm' AND instance = $1", instance
    )
    assert "Open complaints" in outcome
    assert (await instance_of("early_warning", cast.acme)).state == "watch"
    assert await settle(now + timedelta(days=121)) == Settled(acted=1)
    assert (await instance_of("early_warning", cast.acme)).state == "doubtful"


async def test_what_falls_due_while_its_customer_is_deleted_waits_until_that_is_restored(cast, know, now):
    instance = await on_watch(cast, now)
    await know(cast.acme, **QUIET)
    await DB.execute("UPDATE customer SET deleted_at = $2 WHERE id = $1", cast.acme, now)
    assert await settle(now + timedelta(days=91)) == Settled()
    await DB.execute("UPDATE customer SET deleted_at = NULL WHERE id = $1", cast.acme)
    assert await settle(now + timedelta(days=95)) == Settled(acted=1)
    assert (await steps(instance))[-1].trigger == "watch_calm"


async def test_of_two_that_are_due_after_a_long_pause_the_earlier_one_acts(cast, know, now):
    instance = await on_watch(cast, now)
    await know(cast.acme, **QUIET)
    assert (await settle(now + timedelta(days=200))).acted == 1
    assert (await steps(instance))[-1].trigger == "watch_calm"


async def test_reminders_stay_open_while_the_state_lasts(cast, now):
    instance = await on_watch(cast, now)
    await settle(now + timedelta(days=40))
    assert (
        await DB.fetchval(
            "SELECT settled_at FROM workflow_deadline WHERE instance = $1 AND name = 'watch_reminder'", instance
        )
        is None
    )


async def test_a_deadline_that_fails_does_not_stop_the_rest(cast, know, now, monkeypatch):
    await on_watch(cast, now)
    other = (await instance_of("early_warning", cast.omega)).id
    await advance(other, "warn", by=cast.charlie, now=now + timedelta(hours=1), comment="Rumours")
    for customer in (cast.acme, cast.omega):
        await know(customer, **QUIET)

    from kam.workflow import deadlines

    real = deadlines.advance

    async def broken(instance, *rest, **more):
        if instance != other:
            raise RuntimeError("the disk is full")
        return await real(instance, *rest, **more)

    monkeypatch.setattr(deadlines, "advance", broken)
    assert await settle(now + timedelta(days=91)) == Settled(acted=1, failed=1)
    monkeypatch.setattr(deadlines, "advance", real)
    assert await settle(now + timedelta(days=91)) == Settled(acted=1)


async def test_a_workflow_begins_for_many_at_once_with_its_deadlines_and_only_once(cast, now):
    async with tampering("workflow_instance"):
        await DB.execute("DELETE FROM workflow_deadline")
        await DB.execute("DELETE FROM workflow_instance WHERE workflow = 'relationship'")
    source = "SELECT id AS subject, id AS customer FROM customer WHERE id = ANY($1::uuid[])"
    both = [cast.acme, cast.omega]
    assert await begin_all("relationship", source, both, now=now) == 2
    assert await begin_all("relationship", source, both, now=now) == 0
    assert (await instance_of("relationship", cast.omega)).state == "build"
    assert await DB.fetchval("SELECT count(*) FROM workflow_deadline WHERE name = 'slow_start'") == 2
