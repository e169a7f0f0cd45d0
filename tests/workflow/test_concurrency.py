"""Several at once, on connections of their own: one wins, a repeated request counts once, a deadline acts once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Refused, Stale
from kam.workflow.actors import SYSTEM
from kam.workflow.advancing import advance
from kam.workflow.beginning import begin_each
from kam.workflow.deadlines import settle
from kam.workflow.history import steps, verify
from kam.workflow.options import instance_of
from kam.workflow.triggering import sweep
from tests.tampering import take_away


@dataclass(frozen=True)
class Boss:
    id: UUID
    name: str = "Boss"
    role: str = "manager"

    def as_of(self, now: datetime) -> date:
        return now.date()


@pytest.fixture
def boss() -> Boss:
    return Boss(new_id())


@pytest.fixture
async def customer(database: str, now) -> AsyncIterator[UUID]:
    """A customer that other connections see; taken away again with everything that hangs on it."""
    id = new_id()
    await DB.execute(
        "INSERT INTO customer (id, code, name, created_at, updated_at) VALUES ($1, $2, 'Race', $3, $3)",
        id, str(id), now,
    )  # fmt: skip
    await DB.execute("INSERT INTO customer_fact (customer, computed_at) VALUES ($1, $2)", id, now)
    await begin_each("customer", id, id, now=now)
    yield id
    await take_away(id)


async def race(*tries):
    return await asyncio.gather(*tries, return_exceptions=True)


async def test_of_two_who_saw_the_same_page_one_wins(customer, boss, now):
    instance = (await instance_of("early_warning", customer)).id
    results = await race(*(advance(instance, "warn", by=boss, now=now, comment="x", revision=0) for _ in range(8)))
    assert sum(isinstance(result, Stale) for result in results) == 7
    assert len(await steps(instance)) == 1


async def test_of_rules_that_act_at_once_one_wins_and_the_others_are_refused(customer, now):
    await DB.execute("UPDATE customer_fact SET overdue_cases = 5 WHERE customer = $1", customer)
    instance = (await instance_of("early_warning", customer)).id
    by_rule = {"by": SYSTEM, "now": now, "trigger": "cases_overdue"}
    results = await race(*(advance(instance, "raise_to_watch", **by_rule) for _ in range(8)))
    assert sum(isinstance(result, Refused) for result in results) == 7
    assert await verify() == []


async def test_a_double_click_takes_one_step_and_both_get_it(customer, boss, now):
    instance = (await instance_of("early_warning", customer)).id
    results = await race(
        *(advance(instance, "warn", by=boss, now=now, comment="x", revision=0, request="click") for _ in range(8))
    )
    assert len({result.id for result in results}) == 1
    assert len(await steps(instance)) == 1


async def test_whoever_proposes_at_the_same_moment_cannot_slip_through_an_approval(customer, boss, now):
    await DB.execute(
        "UPDATE customer_fact SET revenue_12m = 90000, contacts_known = 3, warning_level = 0, blacklisted = false,"
        " has_lead = true WHERE customer = $1", customer,
    )  # fmt: skip
    instance = (await instance_of("designation", customer)).id
    propose = advance(instance, "propose", by=boss, now=now, comment="x", fields={"criterion": "volume"}, revision=0)
    await race(propose, *(advance(instance, "designate", by=boss, now=now, revision=1) for _ in range(6)))
    assert (await instance_of("designation", customer)).state == "proposed"


async def test_two_workers_settle_a_deadline_once(customer, boss, now):
    await DB.execute(
        "UPDATE customer_fact SET open_complaints = 0, overdue_cases = 0, days_since_contact = 5 WHERE customer = $1",
        customer,
    )
    instance = (await instance_of("early_warning", customer)).id
    await advance(instance, "warn", by=boss, now=now, comment="x", revision=0)
    results = await race(*(settle(now + timedelta(days=91)) for _ in range(4)))
    assert sum(result.acted for result in results) == 1
    assert [step.transition for step in await steps(instance)] == ["warn", "calm_down"]


async def test_two_sweeps_at_once_raise_a_level_once(customer, now):
    await DB.execute("UPDATE customer_fact SET overdue_cases = 5 WHERE customer = $1", customer)
    results = await race(*(sweep(now) for _ in range(4)))
    assert sum(result.moved for result in results) == 1
    assert len(await steps((await instance_of("early_warning", customer)).id)) == 1


async def test_a_worker_that_dies_in_the_middle_leaves_the_deadline_to_the_next(customer, boss, now, monkeypatch):
    await DB.execute(
        "UPDATE customer_fact SET open_complaints = 0, overdue_cases = 0, days_since_contact = 5 WHERE customer = $1",
        customer,
    )
    instance = (await instance_of("early_warning", customer)).id
    await advance(instance, "warn", by=boss, now=now, comment="x", revision=0)
    from kam.workflow import deadlines

    real = deadlines.advance

    async def dying(*args, **kwargs):
        await real(*args, **kwargs)
        raise asyncio.CancelledError

    monkeypatch.setattr(deadlines, "advance", dying)
    with pytest.raises(asyncio.CancelledError):
        await settle(now + timedelta(days=91))
    assert (await instance_of("early_warning", customer)).state == "watch"
    monkeypatch.setattr(deadlines, "advance", real)
    assert (await settle(now + timedelta(days=91))).acted == 1
