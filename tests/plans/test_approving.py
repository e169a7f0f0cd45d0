"""Approving names the version that was read: at every door, and what it names is in the chained history."""

import re
from html import unescape

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, Stale
from kam.plans import versions
from kam.plans.queries import find
from kam.plans.writing import write_section
from kam.workflow import advancing
from kam.workflow.history import steps, verify
from tests.stepping import advance

DOORS = ("/approvals", "/", "/plans/{plan}")


@pytest.fixture
async def submitted(ready, cast, now):
    await advance(await instance_of(ready, cast), "submit", by=cast.alice, now=now)
    return ready


async def instance_of(plan, cast):
    return (await find(cast.alice, plan))["instance"]


async def again(plan, cast, now, text="Written anew."):
    """Recalled, changed and submitted once more, while somebody reads."""
    instance, key = await instance_of(plan, cast), "situation"
    await advance(instance, "recall", by=cast.alice, now=now)
    revision = await DB.fetchval("SELECT revision FROM plan_section WHERE plan = $1 AND key = $2", plan, key)
    await write_section(plan, key, text, by=cast.alice, now=now, revision=revision)
    await advance(instance, "submit", by=cast.alice, now=now)


def form_in(page):
    """What the approval's form on a page sends."""
    form = re.search(r'<form[^>]*class="step-form">(?:(?!</form>).)*value="approve".*?</form>', page, re.S)[0]
    return {
        name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    }


@pytest.mark.parametrize("door", DOORS)
async def test_every_door_names_number_and_hash_of_the_version(submitted, cast, client, door):
    mona = await client(cast.mona)
    form = form_in((await mona.get(door.format(plan=submitted))).text)
    version = await versions.latest(submitted)
    assert (form["version"], form["version_hash"]) == ("1", version["hash"])
    assert (await mona.post(f"/plans/{submitted}/steps", data=form)).status_code == 303
    assert (await versions.approved(submitted))["approved_by"] == cast.mona.id


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("door", DOORS)
async def test_what_was_submitted_again_is_not_what_was_read(submitted, cast, client, now, door, accept):
    mona = await client(cast.mona)
    form = form_in((await mona.get(door.format(plan=submitted))).text)
    await again(submitted, cast, now)
    answer = await mona.post(f"/plans/{submitted}/steps", data=form | {"comment": "Fine."}, headers={"accept": accept})
    assert answer.status_code == 409
    assert "what waits now is not what you read" in answer.text
    link = f"/plans/{submitted}/versions/2?since=1"
    assert link in answer.text
    difference = (await mona.get(link)).text
    assert "What it changed against version 1" in difference and "Written" in difference
    assert await versions.approved(submitted) is None
    assert (await find(cast.alice, submitted))["state"] == "submitted"


async def test_the_right_revision_with_another_version_is_refused(submitted, cast, now):
    """As a script would send it, which has the revision from elsewhere."""
    await again(submitted, cast, now)
    first, second = await versions.version(submitted, 1), await versions.version(submitted, 2)
    for number, hash in ((1, first["hash"]), (2, first["hash"]), (1, second["hash"]), (3, second["hash"]), ("x", "y")):
        with pytest.raises(Stale, match="not what you read"):
            await approve(submitted, cast, now, version=number, version_hash=hash)
    assert await versions.approved(submitted) is None


@pytest.mark.parametrize("named", [{}, {"version": "1"}, {"version_hash": None}])
async def test_an_approval_that_names_no_version_is_refused(submitted, cast, now, named):
    if "version_hash" in named:
        named = {"version_hash": (await versions.latest(submitted))["hash"]}
    with pytest.raises(Invalid, match="names the version"):
        await approve(submitted, cast, now, **named)
    assert await versions.approved(submitted) is None


async def test_the_steps_carry_number_and_hash_in_the_chained_history(submitted, cast, now):
    await again(submitted, cast, now)
    instance = await instance_of(submitted, cast)
    await advance(instance, "approve", by=cast.mona, now=now)
    taken = {(step.transition, step.number): step.fields for step in await steps(instance)}
    first, second = await versions.version(submitted, 1), await versions.version(submitted, 2)
    assert taken[("submit", 1)] == {"version": 1, "version_hash": first["hash"]}
    assert taken[("recall", 2)] == {}
    assert taken[("submit", 3)] == taken[("approve", 4)] == {"version": 2, "version_hash": second["hash"]}
    assert await verify() == []


async def test_the_same_approval_sent_twice_is_one(submitted, cast, client):
    mona = await client(cast.mona)
    form = form_in((await mona.get("/approvals")).text)
    for _ in range(2):
        assert (await mona.post(f"/plans/{submitted}/steps", data=form)).status_code == 303
    other = await mona.post(f"/plans/{submitted}/steps", data=form | {"version": "7"})
    assert other.status_code == 409
    assert len(await steps(await instance_of(submitted, cast))) == 2


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_a_step_of_a_plan_without_a_revision_is_refused(submitted, cast, client, accept):
    mona = await client(cast.mona)
    form = form_in((await mona.get("/approvals")).text) | {"comment": "Fine by me."}
    del form["revision"]
    answer = await mona.post(f"/plans/{submitted}/steps", data=form, headers={"accept": accept})
    assert answer.status_code == 422 and "Load the page again" in answer.text
    assert await versions.approved(submitted) is None


async def test_a_script_gets_the_new_state(submitted, cast, client):
    mona = await client(cast.mona)
    form = form_in((await mona.get("/approvals")).text)
    answer = await mona.post(f"/plans/{submitted}/steps", data=form, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (200, {"state": "approved", "revision": 3})


async def approve(plan, cast, now, **named):
    row = await find(cast.mona, plan)
    return await advancing.advance(
        row["instance"], "approve", by=cast.mona, now=now, revision=row["revision"], fields=named
    )
