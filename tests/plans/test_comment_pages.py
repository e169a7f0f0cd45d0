"""Comments on the pages: beside the section, in the list of sections, and where one approves."""

import re

from kam.plans import commenting, discussion
from tests.plans.test_freezing import step

SCRIPT = "<script>alert(1)</script>"


async def comments(plan):
    return await discussion.of_plan(plan)


async def test_a_comment_is_written_answered_and_resolved_beside_its_section(plan, cast, client):
    mona, alice, page = await client(cast.mona), await client(cast.alice), f"/plans/{plan}/sections/situation"
    answer = await mona.post(f"{page}/comments", data={"comment": "Which figures?"})
    (one,) = await comments(plan)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}#comment-{one.id}")
    shown = (await alice.get(page)).text
    assert "Which figures?" in shown and f'id="comment-{one.id}"' in shown
    answer = await alice.post(f"/plans/{plan}/comments/{one.id}/answers", data={"comment": "Those of May."})
    assert answer.headers["location"] == f"{page}#comment-{one.id}"
    assert "Those of May." in (await mona.get(page)).text
    resolution = f"/plans/{plan}/comments/{one.id}/resolution"
    assert (await mona.post(resolution, data={"resolved": "1"})).status_code == 303
    shown = (await alice.get(page)).text
    assert "1 resolved comment" in shown and f"{cast.mona.name} resolved this" in shown
    await alice.post(resolution)
    assert "1 resolved comment" not in (await alice.get(page)).text


async def test_open_comments_are_counted_in_the_list_of_sections_the_swot_as_one(plan, cast, client, now):
    for key in ("strengths", "threats", "vision"):
        comment = await commenting.comment(plan, key, key, by=cast.mona, now=now)
    await commenting.resolve(plan, comment, by=cast.mona, now=now)
    shown = (await (await client(cast.alice)).get(f"/plans/{plan}")).text
    assert re.findall(r'class="count" title="([^"]+)"', shown) == ["2 open comments"]
    assert "Open comments" in shown and f"/plans/{plan}/sections/threats#comment-" in shown


async def test_on_the_swot_one_says_which_box_is_meant(plan, cast, client):
    mona = await client(cast.mona)
    form = {"comment": "Too weak", "section": "threats"}
    answer = await mona.post(f"/plans/{plan}/sections/strengths/comments", data=form)
    assert answer.headers["location"].startswith(f"/plans/{plan}/sections/threats#comment-")
    assert [one.section for one in await comments(plan)] == ["threats"]
    assert "Too weak" in (await mona.get(f"/plans/{plan}/sections/strengths")).text


async def test_what_was_typed_is_text_and_nothing_else(plan, cast, client):
    mona, page = await client(cast.mona), f"/plans/{plan}/sections/situation"
    await mona.post(f"{page}/comments", data={"comment": f"{SCRIPT}\nsecond line"})
    shown = (await mona.get(page)).text
    assert SCRIPT not in shown and "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


async def test_a_refused_comment_is_shown_again_as_it_was_typed(plan, cast, client, now):
    mona, page, long = await client(cast.mona), f"/plans/{plan}/sections/situation", "很长" * 2500
    answer = await mona.post(f"{page}/comments", data={"comment": long})
    assert answer.status_code == 422
    assert "The comment is too long." in answer.text and f">{long}</textarea>" in answer.text
    assert "Write what you want to say." in (await mona.post(f"{page}/comments")).text
    comment = await commenting.comment(plan, "situation", "Why?", by=cast.alice, now=now)
    answer = await mona.post(f"/plans/{plan}/comments/{comment}/answers", data={"comment": long})
    assert answer.status_code == 422 and answer.text.count(f">{long}</textarea>") == 1


async def test_readers_read_comments_and_get_no_form(plan, cast, client, now):
    comment = await commenting.comment(plan, "situation", "Visible to readers", by=cast.mona, now=now)
    rita, page = await client(cast.rita), f"/plans/{plan}/sections/situation"
    shown = (await rita.get(page)).text
    assert "Visible to readers" in shown and 'name="comment"' not in shown and "/resolution" not in shown
    for path in (f"{page}/comments", f"/plans/{plan}/comments/{comment}/answers",
                 f"/plans/{plan}/comments/{comment}/resolution"):  # fmt: skip
        assert (await rita.post(path, data={"comment": "x"})).status_code == 403, path
        assert (await (await client(cast.charlie)).post(path, data={"comment": "x"})).status_code == 404, path
    assert len(await comments(plan)) == 1


async def test_only_ones_own_words_can_be_withdrawn(plan, cast, client, now):
    comment = await commenting.comment(plan, "situation", "my own words", by=cast.mona, now=now)
    path, page = f"/plans/{plan}/comments/{comment}/withdrawal", f"/plans/{plan}/sections/situation"
    alice, mona = await client(cast.alice), await client(cast.mona)
    assert path not in (await alice.get(page)).text and path in (await mona.get(page)).text
    assert (await alice.post(path)).status_code == 403
    assert (await mona.post(path)).status_code == 303
    shown = (await alice.get(page)).text
    assert "my own words" not in shown and f"Withdrawn by {cast.mona.name}." in shown


async def test_the_approver_reads_and_answers_open_comments_where_they_decide(ready, cast, client, now):
    comment = await commenting.comment(ready, "situation", "Is this still true?", by=cast.bob, now=now)
    await step(ready, "submit", cast.alice, now)
    mona = await client(cast.mona)
    shown = (await mona.get("/approvals")).text
    assert "Is this still true?" in shown and "1 open comment" in shown
    path = f"/plans/{ready}/comments/{comment}/answers?from=approvals"
    assert f'action="{path}"' in shown
    answer = await mona.post(path, data={"comment": "Please check."})
    assert answer.headers["location"] == f"/approvals#comment-{comment}"
    await mona.post(f"/plans/{ready}/comments/{comment}/resolution?from=approvals", data={"resolved": "1"})
    assert "Is this still true?" not in (await mona.get("/approvals")).text


async def test_the_customers_timeline_tells_of_comments(plan, cast, client, now):
    await commenting.comment(plan, "situation", "hidden words", by=cast.mona, now=now)
    shown = (await (await client(cast.alice)).get(f"/customers/{cast.acme}/history")).text
    assert "Plan commented on" in shown and "Section: Situation" in shown and "hidden words" not in shown
