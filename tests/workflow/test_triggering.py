"""Triggers find whom they concern, move each once, and one failure does not stop the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kam.workflow import triggering
from kam.workflow.history import steps, verify
from kam.workflow.options import instance_of
from kam.workflow.triggering import Swept, sweep
from tests.stepping import advance


async def level(customer):
    return (await instance_of("early_warning", customer)).state


async def test_a_trigger_raises_the_level_and_keeps_the_values_that_made_it(cast, know, now):
    await know(cast.acme, overdue_cases=3)
    assert await sweep(now) == Swept(moved=1)
    step = (await steps((await instance_of("early_warning", cast.acme)).id))[0]
    assert (step.to_state, step.trigger, step.by, step.facts["overdue_cases"]) == ("watch", "cases_overdue", None, 3)
    assert await level(cast.omega) == "normal"


async def test_running_it_twice_changes_nothing(cast, know, now):
    await know(cast.acme, overdue_cases=3)
    await sweep(now)
    assert await sweep(now) == Swept()
    assert len(await steps((await instance_of("early_warning", cast.acme)).id)) == 1
    assert await verify() == []


async def test_one_sweep_goes_as_far_as_the_facts_lead(cast, know, now):
    await know(cast.acme, days_since_contact=200, days_since_order=400, order_delay=9)
    await know(cast.acme, revenue_trend=-30, revenue_prior_12m=9000)
    assert await sweep(now) == Swept(moved=3)
    assert await level(cast.acme) == "exit"
    assert await sweep(now) == Swept()


TRIGGERS = {
    "key_account_silent": ({"key_account": True, "days_since_contact": 46}, "watch"),
    "order_late": ({"order_delay": 3, "days_since_order": 60}, "watch"),
    "revenue_falling": ({"revenue_trend": -26, "revenue_prior_12m": 6000}, "watch"),
    "complaint_waiting": ({"oldest_complaint_days": 15}, "watch"),
    "feeling_bad": ({"feeling_index": -26}, "watch"),
    "returns_high": ({"returns_rate": 11, "orders_12m": 3}, "watch"),
    "cases_overdue": ({"overdue_cases": 2}, "watch"),
    "one_person_only": ({"key_account": True, "contact_concentration": 95, "interactions_90d": 5}, "watch"),
    "opponents_prevail": ({"key_account": True, "opponents": 1, "champions": 0}, "watch"),
    "revenue_collapsed": ({"revenue_trend": -51, "revenue_prior_12m": 11000}, "doubtful"),
    "complaints_and_anger": ({"complaints_12m": 3, "feeling_index": -41}, "doubtful"),
    "blacklisted": ({"blacklisted": True}, "exit"),
}


@pytest.mark.parametrize("trigger", TRIGGERS)
async def test_each_trigger_fires_by_its_facts(cast, know, now, trigger):
    facts, expected = TRIGGERS[trigger]
    await know(cast.acme, **facts)
    await sweep(now)
    assert await level(cast.acme) == expected
    assert await level(cast.omega) == "normal"


async def test_a_subject_that_was_restored_is_not_raised_again_before_the_rest_is_over(cast, know, now):
    await know(cast.acme, oldest_complaint_days=20, days_since_contact=1)
    await sweep(now)
    instance = (await instance_of("early_warning", cast.acme)).id
    await advance(instance, "restore", by=cast.mona, now=now + timedelta(days=1), comment="They will wait")
    assert await sweep(now + timedelta(days=13)) == Swept()
    assert await sweep(now + timedelta(days=15)) == Swept(moved=1)


async def test_what_no_longer_fits_when_looked_at_closely_is_passed_over(cast, know, now, monkeypatch):
    await know(cast.acme, overdue_cases=3)
    from kam.workflow import registry
    from tests.workflow.conftest import stored

    async def solved_meanwhile(*args, **kwargs):
        return {**await stored(*args, **kwargs), "overdue_cases": 0}

    monkeypatch.setattr(
        registry, "_current",
        replace(
            registry.current(),
            vocabulary=replace(registry.current().vocabulary, gather=solved_meanwhile),
        ),
    )  # fmt: skip
    assert await sweep(now) == Swept(passed=1)
    assert await level(cast.acme) == "normal"


async def test_one_that_fails_does_not_stop_the_rest(cast, know, now, monkeypatch):
    await know(cast.acme, overdue_cases=3)
    await know(cast.omega, overdue_cases=3)
    broken = (await instance_of("early_warning", cast.acme)).id
    real = triggering.advance

    async def failing(instance, *rest, **more):
        if instance == broken:
            raise RuntimeError("the disk is full")
        return await real(instance, *rest, **more)

    monkeypatch.setattr(triggering, "advance", failing)
    assert await sweep(now) == Swept(moved=1, failed=1)
    assert await level(cast.omega) == "watch"
