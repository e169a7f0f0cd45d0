"""Once a plan is no draft, its pages show the version that was fixed; and what came too late is not lost."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.plans import versions
from kam.plans.queries import WORKFLOW, find, initiatives, objectives, risks
from kam.plans.verifying import faults
from kam.plans.writing import write_section
from kam.workflow.registry import current
from tests.plans.test_documenting import data, made, text_of  # noqa: F401
from tests.plans.test_freezing import step

LIVE = "Slipped in beside"
SECTIONS = ("situation", "strengths", "objectives", "actions", "resources", "risks")
PAGES = ("", "/differences", *(f"/sections/{key}" for key in SECTIONS))
JSON = {"accept": "application/json"}


async def tamper(plan):
    """What a lost race, or somebody with a database at hand, leaves in the rows."""
    for statement in (
        "UPDATE plan SET title = $2 || title, budget = 987654 WHERE id = $1",
        "UPDATE plan_section SET text = $2 || text WHERE plan = $1",
        "UPDATE objective SET title = $2 || title WHERE plan = $1",
        "UPDATE initiative SET title = $2 || title WHERE plan = $1",
        "UPDATE action a SET title = $2 || a.title FROM initiative i WHERE a.initiative = i.id AND i.plan = $1",
        "UPDATE risk SET title = $2 || title WHERE plan = $1",
    ):
        await DB.execute(statement, plan, *([LIVE] if "$2" in statement else []))
    await DB.execute("INSERT INTO risk (id, plan, position, title) VALUES (new_id(), $1, 9, $2)", plan, LIVE)


@pytest.fixture
async def submitted(ready, cast, now):
    await step(ready, "submit", cast.alice, now)
    return ready


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("state", ["submitted", "approved"])
async def test_pages_show_the_version_that_was_fixed(submitted, cast, client, now, state, path):
    if state != "submitted":
        await step(submitted, "approve", cast.mona, now)
    await tamper(submitted)
    page = (await (await client(cast.mona)).get(f"/plans/{submitted}{path}")).text
    inside = re.search(r'<div class="plan">.*', page, re.S)[0]
    assert LIVE not in inside and "987,654" not in inside
    assert path == "/differences" or f"/plans/{submitted}/versions/1" in inside


async def test_what_waits_is_shown_as_it_was_fixed_where_it_is_decided(submitted, cast, client):
    await tamper(submitted)
    await DB.execute("UPDATE plan SET title = 'Growing together' WHERE id = $1", submitted)
    mona = await client(cast.mona)
    for path in ("/approvals", "/"):
        page = (await mona.get(path)).text
        assert "Growing together" in page and LIVE not in page, path


async def test_the_paper_of_a_submitted_plan_is_the_version_that_was_fixed(submitted, cast, now):
    await tamper(submitted)
    text = text_of(await made(submitted, cast.mona, now))
    assert "situation: 我们与客户共同成长。" in text and LIVE not in text
    assert "Submitted for approval" in text


async def test_the_paper_of_a_plan_submitted_anew_is_what_waits_and_not_what_was_approved_before(submitted, cast, now):
    await step(submitted, "approve", cast.mona, now)
    await step(submitted, "revise", cast.alice, now, comment="The market has changed.")
    await step(submitted, "submit", cast.alice, now)
    assert (await made(submitted, cast.mona, now))["name"].endswith(" v2 en.pdf")


async def test_a_draft_shows_what_stands_there(submitted, cast, client, now):
    await step(submitted, "send_back", cast.mona, now, comment="More, please.")
    await tamper(submitted)
    alice = await client(cast.alice)
    assert await versions.fixed(await find(cast.alice, submitted)) is None
    for path in PAGES[1:]:
        assert LIVE in (await alice.get(f"/plans/{submitted}{path}")).text or path.endswith("resources"), path


@pytest.mark.parametrize("path", PAGES)
async def test_a_draft_that_was_given_up_shows_what_stood_there_last(submitted, cast, client, now, path):
    """The version that giving up fixed, neither the one submitted before nor what is changed beside it later."""
    alice, later = await client(cast.alice), now + timedelta(hours=1)
    await step(submitted, "recall", cast.alice, now)
    await write_section(submitted, "situation", "My last words.", by=cast.alice, now=now, revision=1)
    await step(submitted, "discard", cast.alice, later, comment="No longer needed.")
    await tamper(submitted)
    page = (await alice.get(f"/plans/{submitted}{path}")).text
    assert LIVE not in re.search(r'<div class="plan">.*', page, re.S)[0]
    assert path != "/sections/situation" or "My last words." in page
    assert path == "/differences" or f"/plans/{submitted}/versions/2" in page


async def test_a_draft_that_was_given_up_before_that_fixed_a_version_is_still_shown_and_sound(
    submitted, cast, client, now, monkeypatch
):
    await step(submitted, "recall", cast.alice, now)
    steps = current().definition(WORKFLOW).transitions
    with monkeypatch.context() as before:
        before.setitem(steps, "discard", replace(steps["discard"], effects=()))
        await step(submitted, "discard", cast.alice, now + timedelta(hours=1), comment="No longer needed.")
    page = (await (await client(cast.alice)).get(f"/plans/{submitted}/sections/situation")).text
    assert "我们与客户共同成长。" in page
    assert [fault async for fault in faults()] == []


async def test_an_action_is_ticked_beside_what_was_fixed(submitted, cast, client, now):
    await step(submitted, "approve", cast.mona, now)
    alice, action = await client(cast.alice), (await initiatives(submitted))[0]["actions"][0]["id"]
    address = f"/plans/{submitted}/actions/{action}/completion"
    assert f'action="{address}"' in (await alice.get(f"/plans/{submitted}/sections/actions")).text
    await alice.post(address, data={"done": "1"})
    assert f'id="action-{action}" data-done' in (await alice.get(f"/plans/{submitted}/sections/actions")).text


async def test_a_section_that_comes_too_late_is_refused_and_stays_in_sight(submitted, cast, client):
    alice, address = await client(cast.alice), f"/plans/{submitted}/sections/situation"
    answer = await alice.post(address, data={"text": "My <late> words", "revision": "1"})
    assert answer.status_code == 409
    assert "the plan has been submitted meanwhile" in answer.text
    assert "My &lt;late&gt; words</textarea>" in answer.text
    assert "situation: 我们与客户共同成长。" in answer.text
    answer = await alice.post(address, data={"text": "My late words", "revision": "1"}, headers=JSON)
    assert (answer.status_code, answer.json()["status"]) == (409, 409)
    assert "the plan has been submitted meanwhile" in answer.json()["message"]


async def test_an_entry_that_comes_too_late_is_told_in_words(submitted, cast, client):
    alice = await client(cast.alice)
    initiative, objective, risk = [(await read(submitted))[0]["id"] for read in (initiatives, objectives, risks)]
    for path, form in {
        f"objectives/{objective}": {"title": "A late goal", "fact": "revenue_12m", "target": "12.5"},
        f"initiatives/{initiative}": {"title": "A late initiative", "strategy": "By hand"},
        "actions": {"title": "A late action", "initiative": str(initiative), "owner": str(cast.bob.id)},
        f"risks/{risk}": {"title": "A late risk", "likelihood": "3", "impact": "3", "response": "Wait"},
    }.items():
        answer = await alice.post(f"/plans/{submitted}/{path}", data=form)
        assert answer.status_code == 409, path
        notice = re.search(r'<div class="notice plan-unsaved".*?</dl>', answer.text, re.S)[0]
        for name, value in form.items():
            shown = {"fact": "Revenue", "owner": cast.bob.name, "initiative": ""}.get(name, value)
            assert shown in notice, (path, name)


async def test_a_title_that_comes_too_late_stays_in_its_field(submitted, cast, client):
    form = {"title": "A late title", "period_start": "2026-07-01", "period_end": "2027-06-30", "budget": "5"}
    answer = await (await client(cast.alice)).post(f"/plans/{submitted}", data=form)
    assert answer.status_code == 409
    assert 'value="A late title"' in answer.text and "submitted meanwhile" in answer.text
    assert 'href="/plans/' in answer.text and "Save</button>" not in answer.text


async def test_nothing_is_removed_or_ticked_while_it_is_read(submitted, cast, client):
    alice, risk = await client(cast.alice), (await risks(submitted))[0]["id"]
    action = (await initiatives(submitted))[0]["actions"][0]["id"]
    for path in (f"risks/{risk}/removal", f"actions/{action}/completion"):
        answer = await alice.post(f"/plans/{submitted}/{path}", data={"done": "1"})
        assert answer.status_code == 409, path
    assert len(await risks(submitted)) == 1
