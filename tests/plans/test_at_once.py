"""Two at one moment on one plan: what is frozen is what stands there, and only what was read is approved."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import date

import pytest

from kam import clock
from kam.database.engine import DB
from kam.plans import versions
from kam.plans.content import fingerprint, of_plan
from kam.plans.planning_actions import plan_action, plan_initiative, remove_initiative
from kam.plans.queries import find, initiatives, objectives, risks
from kam.plans.starting import start
from kam.workflow.history import verify
from tests.clients import browser
from tests.plans.conftest import PERIOD, begun, write_all
from tests.racing import at_once
from tests.stepping import advance

ROUNDS = pytest.mark.parametrize("rounds", [14, pytest.param(60, marks=pytest.mark.long)])
SCRIPT = {"accept": "application/json"}


@pytest.fixture
async def cast(committed):
    return committed


@pytest.fixture
async def ready(cast, now):
    plan = await begun(cast, now)
    await write_all(plan, cast, now)
    return plan


@pytest.fixture
async def client():
    async with AsyncExitStack() as opened:

        async def open_client(person):
            return await opened.enter_async_context(await browser(person))

        yield open_client


async def autosave(tab, plan, number):
    revision = await _revision(plan)
    data = {"text": f"Round {number}", "revision": revision}
    return await tab.post(f"/plans/{plan}/sections/situation", data=data, headers=SCRIPT)


async def save(tab, plan, number):
    revision = await _revision(plan)
    return await tab.post(f"/plans/{plan}/sections/situation", data={"text": f"Typed {number}", "revision": revision})


async def objective(tab, plan, number):
    first = (await objectives(plan))[0]["id"]
    data = {"title": f"Goal {number}", "fact": "revenue_12m", "target": "200", "due_on": "2027-03-31"}
    return await tab.post(f"/plans/{plan}/objectives/{first}", data=data)


async def risk(tab, plan, number):
    data = {"title": f"Risk {number}", "likelihood": "3", "impact": "3"}
    return await tab.post(f"/plans/{plan}/risks", data=data)


async def removal(tab, plan, number):
    """The last risk stays, as a plan without one cannot be submitted."""
    known = await risks(plan)
    if len(known) == 1:
        return await risk(tab, plan, number)
    return await tab.post(f"/plans/{plan}/risks/{known[-1]['id']}/removal")


async def tick(tab, plan, number):
    action = (await initiatives(plan))[0]["actions"][0]
    data = {} if action["done_at"] else {"done": "1"}
    return await tab.post(f"/plans/{plan}/actions/{action['id']}/completion", data=data)


async def describe(tab, plan, number):
    row = await find((await _author(plan)), plan)
    data = {"title": f"Title {number}", "revision": row["revision"], "budget": "1000"}
    return await tab.post(f"/plans/{plan}", data=data | {name: str(day) for name, day in PERIOD.items()})


EDITS = (autosave, save, objective, risk, removal, tick, describe)
SAVED = (201, 303)
YEARS = [{"period_start": date(2030 + n, 1, 1), "period_end": date(2030 + n, 12, 31)} for n in range(30)]


@ROUNDS
async def test_an_edit_is_in_the_frozen_version_or_refused(cast, ready, client, rounds):
    """Whichever of the two comes first, within the thirty milliseconds in which both are under way."""
    alice, bob = await client(cast.alice), await client(cast.bob)
    won = {True: 0, False: 0}
    for number in range(rounds):
        row = await find(cast.alice, ready)
        edit = EDITS[number % len(EDITS)]
        submit = {"transition": "submit", "revision": row["revision"]}
        submitted, edited = await at_once(
            alice.post(f"/plans/{ready}/steps", data=submit),
            later(number * 7 % 31 / 1000, edit, bob, ready, number),
        )
        assert submitted.status_code == 303, (number, edit.__name__)
        assert edited.status_code in (*SAVED, 409), (number, edit.__name__, edited.text[:400])
        won[edited.status_code in SAVED] += 1
        live = await of_plan(ready, as_of=clock.now().date())
        frozen = await versions.latest(ready)
        assert live == frozen["content"], (number, edit.__name__)
        assert fingerprint(live) == frozen["hash"]
        await alice.post(f"/plans/{ready}/steps", data={"transition": "recall", "revision": row["revision"] + 1})
    assert min(won.values()) > 0, won  # both orders came, or this has tested nothing
    assert await verify() == []


async def test_two_tabs_and_a_submission_at_one_moment(cast, ready, client):
    """Three writers: nobody's words are both saved and missing from what is read."""
    alice, bob = await client(cast.alice), await client(cast.bob)
    for number in range(8):
        row = await find(cast.alice, ready)
        answers = await at_once(
            alice.post(f"/plans/{ready}/steps", data={"transition": "submit", "revision": row["revision"]}),
            autosave(alice, ready, f"{number} a"),
            autosave(bob, ready, f"{number} b"),
        )
        assert [one.status_code for one in answers if one.status_code not in (*SAVED, 409)] == []
        saved = [name for name, one in zip("ab", answers[1:], strict=True) if one.status_code in SAVED]
        text = (await versions.latest(ready))["content"]["sections"]["situation"]
        assert len(saved) <= 1
        assert not saved or text == f"Round {number} {saved[0]}"
        await alice.post(f"/plans/{ready}/steps", data={"transition": "recall", "revision": row["revision"] + 1})


async def test_what_was_emptied_meanwhile_is_not_submitted(cast, ready, client):
    """The rule that a plan is complete is asked while nobody can write."""
    alice, bob = await client(cast.alice), await client(cast.bob)
    for _ in range(20):
        row = await find(cast.alice, ready)
        await at_once(
            alice.post(f"/plans/{ready}/steps", data={"transition": "submit", "revision": row["revision"]}),
            bob.post(
                f"/plans/{ready}/sections/vision", data={"text": "", "revision": await _revision(ready, "vision")}
            ),
        )
        row = await find(cast.alice, ready)
        if row["state"] == "submitted":
            assert (await versions.latest(ready))["content"]["sections"]["vision"]
            await alice.post(f"/plans/{ready}/steps", data={"transition": "recall", "revision": row["revision"]})
        text = {"text": "A vision.", "revision": await _revision(ready, "vision")}
        assert (await bob.post(f"/plans/{ready}/sections/vision", data=text)).status_code == 303


@ROUNDS
async def test_an_approval_and_a_submission_anew_at_one_moment(cast, ready, client, rounds):
    """The approver has read the version before; whatever comes first, no other is approved."""
    alice, mona = await client(cast.alice), await client(cast.mona)
    outcomes = {303: 0, 409: 0}
    for number in range(rounds):
        row = await find(cast.alice, ready)
        await alice.post(f"/plans/{ready}/steps", data={"transition": "submit", "revision": row["revision"]})
        read = await versions.latest(ready)
        form = {"version": read["number"], "version_hash": read["hash"], "revision": row["revision"] + 1}
        approved, _ = await at_once(
            later(number % 10 / 200, mona.post, f"/plans/{ready}/steps", data={"transition": "approve", **form}),
            anew(alice, ready, row["revision"] + 1, number),
        )
        outcomes[approved.status_code] += 1
        last = await versions.approved(ready)
        assert (last is not None and last["number"] == read["number"]) == (approved.status_code == 303)
        await back_to_draft(alice, ready)
    assert min(outcomes.values()) > 0, outcomes
    assert await verify() == []


async def test_two_plans_for_the_same_days_are_never_both_in_force(cast, ready, client, now):
    """Each approval retires what is in force; two at one moment retire one another in turn."""
    managers = [await client(cast.mona), await client(cast.ada)] * 2
    plans = [ready]
    for number in range(3):
        plans.append(await begun(cast, now, f"Other {number}", YEARS[number]))
        await write_all(plans[-1], cast, now)
    for plan in plans:
        await advance((await find(cast.alice, plan))["instance"], "submit", by=cast.alice, now=now)
    await DB.execute("UPDATE plan SET period_start = '2030-01-01', period_end = '2030-12-31'")
    answers = await at_once(*(approve(who, cast, plan) for who, plan in zip(managers, plans, strict=True)))
    assert {answer.status_code for answer in answers} <= {303, 409}
    states = [(await find(cast.alice, plan))["state"] for plan in plans]
    assert sorted(states) == ["approved", "superseded", "superseded", "superseded"]


async def test_of_two_managers_one_approves_a_version(cast, ready, client, now):
    await advance((await find(cast.alice, ready))["instance"], "submit", by=cast.alice, now=now)
    managers = [await client(cast.mona), await client(cast.ada)] * 3
    answers = await at_once(*(approve(manager, cast, ready) for manager in managers))
    assert sorted(answer.status_code for answer in answers) == [303, *[409] * 5]


async def test_two_plans_for_the_same_days_are_not_begun_at_one_moment(cast, now):
    tries = (start(cast.acme, title=f"Plan {n}", **PERIOD, by=cast.alice, now=now) for n in range(6))
    assert sum(isinstance(one, Exception) for one in await at_once(*tries)) == 5


async def test_what_is_carried_over_is_a_whole(cast, ready, now):
    """An initiative that is removed meanwhile comes along with its actions or not at all."""
    for number in range(20):
        initiative = (await initiatives(ready))[0]["id"]
        carried = {"carried_over_from": ready, "by": cast.alice, "now": now}
        copied, _ = await at_once(
            start(cast.acme, title="Next", **YEARS[number], **carried),
            later(number % 10 / 1000, remove_initiative, ready, initiative, by=cast.alice, now=now),
        )
        assert [len(one["actions"]) for one in await initiatives(copied)] in ([], [1])
        anew = await plan_initiative(ready, title="Third plant", by=cast.alice, now=now)
        await plan_action(ready, anew, title="Meet the engineers", by=cast.alice, now=now)


async def approve(tab, cast, plan):
    row, read = await find(cast.alice, plan), await versions.latest(plan)
    named = {"version": read["number"], "version_hash": read["hash"], "revision": row["revision"]}
    return await tab.post(f"/plans/{plan}/steps", data={"transition": "approve", **named})


async def anew(tab, plan, revision, number):
    recalled = await tab.post(f"/plans/{plan}/steps", data={"transition": "recall", "revision": revision})
    if recalled.status_code == 303:
        await autosave(tab, plan, f"{number} anew")
        await tab.post(f"/plans/{plan}/steps", data={"transition": "submit", "revision": revision + 1})


async def back_to_draft(tab, plan):
    row = await DB.fetchrow("SELECT state, revision FROM plan WHERE id = $1", plan)
    step = {"transition": "recall" if row["state"] == "submitted" else "revise", "revision": row["revision"]}
    assert (await tab.post(f"/plans/{plan}/steps", data=step | {"comment": "Again"})).status_code == 303


async def later(seconds, act, *given, **named):
    await asyncio.sleep(seconds)
    return await act(*given, **named)


async def _revision(plan, key="situation"):
    return await DB.fetchval("SELECT revision FROM plan_section WHERE plan = $1 AND key = $2", plan, key)


async def _author(plan):
    from kam.people.viewer import Viewer

    return Viewer(id=await DB.fetchval("SELECT author FROM plan WHERE id = $1", plan), name="", role="administrator")
