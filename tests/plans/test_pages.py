"""The pages of plans: the owner succeeds, the outsider finds nothing, what was typed is never lost."""

import json
import re

import pytest

from kam.database.engine import DB
from kam.plans.queries import find, initiatives, objectives, risks, sections
from kam.plans.writing import write_section

JSON = {"accept": "application/json"}


async def test_the_list_shows_the_plans_of_customers_one_sees(plan, cast, client):
    assert "Growing together" in (await (await client(cast.alice)).get("/plans")).text
    assert "Growing together" not in (await (await client(cast.charlie)).get("/plans")).text


async def test_every_page_of_a_plan_opens_for_the_owner_and_is_missing_for_the_outsider(ready, cast, client):
    alice, charlie, rita = await client(cast.alice), await client(cast.charlie), await client(cast.rita)
    paths = [f"/plans/{ready}", f"/plans/{ready}/edit", f"/plans/{ready}/differences"]
    paths += [f"/plans/{ready}/sections/{key}" for key in (
        "situation", "strengths", "threats", "objectives", "actions", "resources", "risks", "review")]  # fmt: skip
    for path in paths:
        assert (await alice.get(path)).status_code == 200, path
        assert (await charlie.get(path)).status_code == 404, path
        assert (await rita.get(path)).status_code == (403 if path.endswith("/edit") else 200), path
    assert (await charlie.post(f"/plans/{ready}/sections/situation", data={"text": "x"})).status_code == 404
    assert (await charlie.post(f"/plans/{ready}/documents")).status_code == 404
    assert (await alice.get(f"/plans/{ready}/sections/nothing")).status_code == 404


async def test_a_plan_is_started_from_its_form(cast, client):
    alice = await client(cast.alice)
    assert "C-ACME" in (await alice.get(f"/plans/new?customer={cast.acme}")).text
    form = {"customer": "C-ACME", "title": "大客户计划", "period_start": "2026-07-01", "period_end": "2027-06-30"}
    answer = await alice.post("/plans", data=form)
    assert answer.status_code == 303
    assert "大客户计划" in (await alice.get(answer.headers["location"])).text


async def test_earlier_plans_are_offered_when_the_customer_was_typed(plan, cast, client):
    alice = await client(cast.alice)
    form = {"customer": "acme", "title": "Next", "period_start": "2027-07-01", "period_end": "2028-06-30"}
    answer = await alice.post("/plans", data=form)
    assert answer.status_code == 200
    assert "This customer has had a plan before." in answer.text and "Growing together" in answer.text
    answer = await alice.post("/plans", data=form | {"customer": str(cast.acme), "offered": "1"})
    assert answer.status_code == 303


async def test_what_is_missing_is_named_with_the_page_where_it_is_mended(plan, cast, client):
    alice = await client(cast.alice)
    shown = (await alice.get(f"/plans/{plan}")).text
    for place in ("missing", "sections/objectives", "sections/actions", "sections/risks"):
        assert f'href="/plans/{plan}/{place}"' in shown, place
    answer = await alice.get(f"/plans/{plan}/missing")
    assert answer.headers["location"] == f"/plans/{plan}/sections/situation"
    assert (await (await client(cast.charlie)).get(f"/plans/{plan}/missing")).status_code == 404


async def test_a_wrong_period_is_explained_and_what_was_typed_stays(cast, client):
    form = {"customer": "C-ACME", "title": "Kept title", "period_start": "2027-07-01", "period_end": "2026-06-30"}
    answer = await (await client(cast.alice)).post("/plans", data=form)
    assert answer.status_code == 422
    assert "The period must end after it begins." in answer.text
    assert "Kept title" in answer.text
    form = {"customer": "C-OMEGA", "title": "x", "period_start": "2026-07-01", "period_end": "2027-06-30"}
    assert (await (await client(cast.alice)).post("/plans", data=form)).status_code == 422


async def test_a_section_is_saved_by_the_form_and_by_the_script(plan, cast, client):
    alice, address = await client(cast.alice), f"/plans/{plan}/sections/situation"
    assert (await alice.post(address, data={"text": "by form", "revision": "0"})).status_code == 303
    answer = await alice.post(address, data={"text": "by script", "revision": "1"}, headers=JSON)
    assert answer.json()["revision"] == 2
    assert (await sections(plan))["situation"]["text"] == "by script"


async def test_in_a_conflict_both_texts_are_shown(plan, cast, client, now):
    await write_section(plan, "situation", "their <b>text</b>", by=cast.bob, now=now, revision=0)
    alice, form = await client(cast.alice), {"text": "my long text", "revision": "0"}
    answer = await alice.post(f"/plans/{plan}/sections/situation", data=form)
    assert answer.status_code == 409
    assert "my long text</textarea>" in answer.text
    assert "their &lt;b&gt;text&lt;/b&gt;" in answer.text
    assert 'name="revision" value="1"' in answer.text
    answer = await alice.post(f"/plans/{plan}/sections/situation", data=form, headers=JSON)
    assert answer.status_code == 409
    said = answer.json()
    assert (said["theirs"], said["revision"], said["by"]) == ("their <b>text</b>", 1, cast.bob.name)


async def test_who_may_only_read_gets_the_text_and_no_field(plan, cast, client, now):
    await write_section(plan, "situation", "to be read", by=cast.alice, now=now, revision=0)
    rita = await client(cast.rita)
    shown = (await rita.get(f"/plans/{plan}/sections/situation")).text
    assert "to be read" in shown
    assert "<textarea" not in shown
    assert (await rita.post(f"/plans/{plan}/sections/situation", data={"text": "x"})).status_code == 403


async def test_objectives_actions_and_risks_are_added_changed_and_removed(plan, cast, client):
    alice = await client(cast.alice)
    form = {"title": "Double it", "fact": "revenue_12m", "target": "1,000", "due_on": "2027-01-31"}
    assert (await alice.post(f"/plans/{plan}/objectives", data=form)).status_code == 303
    one = (await objectives(plan))[0]
    assert (one["baseline"], one["target"]) == (0, 1000)
    changed = await alice.post(f"/plans/{plan}/objectives/{one['id']}", data=form | {"title": "Triple it"})
    assert changed.status_code == 303
    assert (await objectives(plan))[0]["title"] == "Triple it"
    await alice.post(f"/plans/{plan}/initiatives", data={"title": "Third plant", "objective": str(one["id"])})
    initiative = (await initiatives(plan))[0]
    action = {"initiative": str(initiative["id"]), "title": "Meet", "owner": str(cast.bob.id), "due_on": "2026-09-01"}
    assert (await alice.post(f"/plans/{plan}/actions", data=action)).status_code == 303
    risk = {"title": "Late", "likelihood": "4", "impact": "5", "response": "", "owner": ""}
    assert (await alice.post(f"/plans/{plan}/risks", data=risk)).status_code == 303
    assert (await risks(plan))[0]["weight"] == 20
    assert (await alice.post(f"/plans/{plan}/objectives/{one['id']}/removal")).status_code == 303
    assert await objectives(plan) == []
    assert (await initiatives(plan))[0]["objective"] is None


async def test_a_refused_entry_is_shown_again_as_it_was_typed(plan, cast, client):
    alice = await client(cast.alice)
    form = {"title": "A goal to keep", "target": "many", "due_on": "soon"}
    answer = await alice.post(f"/plans/{plan}/objectives", data=form)
    assert answer.status_code == 422
    assert "A goal to keep" in answer.text
    assert 'value="many"' in answer.text
    outsider = {"title": "x", "likelihood": "3", "impact": "3", "owner": str(cast.charlie.id)}
    assert (await alice.post(f"/plans/{plan}/risks", data=outsider)).status_code == 422


async def test_an_action_is_ticked_and_opened_again(ready, cast, client):
    alice, action = await client(cast.alice), (await initiatives(ready))[0]["actions"][0]["id"]
    await alice.post(f"/plans/{ready}/actions/{action}/completion", data={"done": "1"})
    assert (await initiatives(ready))[0]["actions"][0]["done_at"] is not None
    await alice.post(f"/plans/{ready}/actions/{action}/completion")
    assert (await initiatives(ready))[0]["actions"][0]["done_at"] is None


async def test_a_refused_step_shows_every_reason_and_keeps_the_comment(plan, cast, client):
    alice = await client(cast.alice)
    row = await find(cast.alice, plan)
    form = {"transition": "submit", "comment": "please read", "revision": str(row["revision"])}
    answer = await alice.post(f"/plans/{plan}/steps", data=form)
    assert answer.status_code == 409
    assert "This step is not possible now." in answer.text
    assert "please read" in answer.text


def version_in(page):
    """What the form of an approval names."""
    return dict(re.findall(r'name="(version|version_hash)" value="(\w+)"', page))


async def test_from_submission_through_the_approvals_page_to_the_approved_version(ready, cast, client):
    alice, mona = await client(cast.alice), await client(cast.mona)
    submitted = await alice.post(f"/plans/{ready}/steps", data={"transition": "submit", "revision": "1"})
    assert submitted.status_code == 303
    waiting_for_alice = (await alice.get("/approvals")).text
    assert "You cannot decide this:" in waiting_for_alice
    assert "Growing together" in waiting_for_alice
    page = (await mona.get("/approvals")).text
    assert "Growing together" in page
    assert "我们与客户共同成长" in page
    assert 'value="approve"' in page
    revision, read = re.search(r'name="revision" value="(\d+)"', page)[1], version_in(page)
    form = {"transition": "send_back", "revision": revision, "comment": ""}
    assert (await mona.post(f"/plans/{ready}/steps", data=form)).status_code == 409
    form = {"transition": "approve", "revision": revision, "comment": "Well done.", "next": "/approvals", **read}
    answer = await mona.post(f"/plans/{ready}/steps", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/approvals")
    shown = (await alice.get(f"/plans/{ready}")).text
    assert "Well done." in shown
    assert f"/plans/{ready}/versions/1" in shown
    assert (await alice.get(f"/plans/{ready}/versions/1")).status_code == 200
    assert (await (await client(cast.charlie)).get(f"/plans/{ready}/versions/1")).status_code == 404
    assert "Growing together" not in (await (await client(cast.charlie)).get("/approvals")).text


async def test_asking_for_the_pdf_queues_work_in_the_language_chosen(plan, cast, client):
    answer = await (await client(cast.alice)).post(f"/plans/{plan}/documents", data={"language": "zh_Hant"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/work/")
    work = await DB.fetchrow("SELECT kind, input::text FROM work WHERE id = $1::uuid", answer.headers["location"][6:])
    assert work["kind"] == "plan_pdf"
    asked = json.loads(work["input"])
    assert asked.pop("written")  # of a draft
    assert asked == {"plan": str(plan), "number": None, "language": "zh_Hant"}


async def test_a_plan_is_decided_on_the_desk_itself(ready, cast, client):
    alice, mona = await client(cast.alice), await client(cast.mona)
    submitting = {"transition": "submit", "revision": 1, "comment": "Please."}
    assert (await alice.post(f"/plans/{ready}/steps", data=submitting)).status_code == 303
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1", ready)
    address = f"/instances/{instance}/steps"
    desk = (await mona.get("/")).text
    assert f'action="{address}"' in desk
    assert address not in (await alice.get("/")).text
    revision = re.search(r'name="revision" value="(\d+)"', desk).group(1)
    form = {"transition": "approve", "revision": revision, "comment": "Go ahead.", **version_in(desk)}
    answer = await mona.post(address, data=form | {"next": "/"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert address not in (await mona.get("/")).text


@pytest.mark.parametrize("number", [99_999_999_999, 10**40])
async def test_a_number_that_no_version_can_have_is_no_address(plan, cast, client, number):
    alice = await client(cast.alice)
    assert (await alice.get(f"/plans/{plan}/versions/{number}")).status_code == 404
    asked = await alice.post(f"/plans/{plan}/documents", data={"version": str(number)})
    assert asked.status_code == 422
    assert await DB.fetchval("SELECT count(*) FROM work") == 0
