"""The fixed versions: what was submitted is what is approved, and nothing changes it."""

import pytest

from kam.database.engine import DB
from kam.errors import Refused
from kam.plans import versions
from kam.plans.completing import complete
from kam.plans.content import fingerprint
from kam.plans.queries import find, initiatives
from kam.plans.starting import start
from kam.plans.writable import Fixed
from kam.plans.writing import write_section
from tests.plans.conftest import PERIOD
from tests.stepping import advance


async def step(plan, transition, by, now, comment=""):
    instance = (await find(by, plan))["instance"]
    return await advance(instance, transition, by=by, now=now, comment=comment)


async def test_submitting_fixes_a_version_with_everything_in_it(ready, cast, now):
    await step(ready, "submit", cast.alice, now)
    version = await versions.latest(ready)
    content = version["content"]
    assert (version["number"], version["made_by"]) == (1, cast.alice.id)
    assert content["sections"]["situation"] == "situation: 我们与客户共同成长。"
    assert content["objectives"][0]["fact"] == "revenue_12m"
    assert content["team"][0]["name"] == cast.alice.name
    assert content["initiatives"][0]["actions"][0]["owner_name"] == cast.alice.name
    assert version["hash"] == fingerprint(content)


async def test_an_incomplete_plan_is_refused_with_all_that_is_missing(plan, cast, now):
    with pytest.raises(Refused) as refusal:
        await step(plan, "submit", cast.alice, now)
    assert len(refusal.value.blockers) >= 4


async def test_neither_author_nor_editor_approves(ready, cast, now):
    await write_section(ready, "review", "by mona", by=cast.mona, now=now, revision=0)
    await step(ready, "submit", cast.alice, now)
    for person in (cast.alice, cast.mona):
        with pytest.raises(Refused):
            await step(ready, "approve", person, now)
    await step(ready, "approve", cast.ada, now)
    assert (await versions.approved(ready))["approved_by"] == cast.ada.id


async def test_the_approved_version_is_the_one_submitted_and_never_changes(ready, cast, now):
    await step(ready, "submit", cast.alice, now)
    before = await versions.latest(ready)
    with pytest.raises(Fixed):
        await write_section(ready, "situation", "too late", by=cast.alice, now=now, revision=1)
    await step(ready, "approve", cast.mona, now)
    action = (await initiatives(ready))[0]["actions"][0]
    await complete(ready, action["id"], by=cast.alice, now=now)
    await step(ready, "revise", cast.alice, now, comment="The market has changed.")
    await write_section(ready, "situation", "rewritten", by=cast.alice, now=now, revision=1)
    await DB.execute("UPDATE customer SET name = 'Renamed' WHERE id = $1", cast.acme)
    after = await versions.approved(ready)
    assert (after["content"], after["hash"]) == (before["content"], before["hash"])
    assert after["hash"] == fingerprint(after["content"])


async def test_what_was_sent_back_becomes_a_new_version_when_it_comes_again(ready, cast, now):
    await step(ready, "submit", cast.alice, now)
    await step(ready, "send_back", cast.mona, now, comment="Say more about the market.")
    await write_section(ready, "business", "More about the market.", by=cast.alice, now=now, revision=1)
    await step(ready, "submit", cast.alice, now)
    await step(ready, "approve", cast.mona, now)
    assert [(one["number"], one["approved_at"] is not None) for one in await _numbers(ready)] == [(1, False), (2, True)]


async def test_the_plan_that_was_in_force_for_the_same_time_is_superseded(ready, cast, now):
    await step(ready, "submit", cast.alice, now)
    await step(ready, "approve", cast.mona, now)
    new = await start(cast.acme, title="Successor", **PERIOD, by=cast.alice, now=now, carried_over_from=ready)
    await DB.execute("UPDATE objective SET due_on = '2027-03-31' WHERE plan = $1", new)
    await step(new, "submit", cast.alice, now)
    await step(new, "approve", cast.mona, now)
    assert (await find(cast.alice, ready))["state"] == "superseded"
    assert (await find(cast.alice, new))["state"] == "approved"
    assert versions.mark(await find(cast.alice, ready), await versions.approved(ready)) == "superseded"


async def _numbers(plan):
    return await DB.fetch("SELECT number, approved_at FROM plan_version WHERE plan = $1 ORDER BY number", plan)
