"""Comments beside the sections of a plan: talk that is kept, and no part of what is approved."""

from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.plans import commenting, discussion, versions
from kam.plans.content import fingerprint, of_plan
from kam.plans.queries import find
from kam.plans.writing import write_section
from tests.plans.test_freezing import step

LATER = timedelta(hours=1)


async def said(plan, by, now, text="Why so?", key="situation"):
    return await commenting.comment(plan, key, text, by=by, now=now)


async def test_a_comment_and_its_answers_are_one_row_in_the_order_of_time(plan, cast, now):
    comment = await said(plan, cast.mona, now)
    await commenting.answer(plan, comment, "因为客户要求。", by=cast.alice, now=now + LATER)
    (one,) = await discussion.of_plan(plan)
    assert (one.id, one.section, one.first.text, one.first.who) == (comment, "situation", "Why so?", cast.mona.name)
    assert [(entry.who, entry.text) for entry in one.then] == [(cast.alice.name, "因为客户要求。")]
    assert one.open


async def test_an_answer_to_an_answer_stands_in_the_same_row(plan, cast, now):
    comment = await said(plan, cast.mona, now)
    reply = await commenting.answer(plan, comment, "first", by=cast.alice, now=now)
    await commenting.answer(plan, reply, "second", by=cast.bob, now=now)
    (one,) = await discussion.of_plan(plan)
    assert [entry.text for entry in one.then] == ["first", "second"]


async def test_resolving_and_reopening_are_kept_with_who_and_when(plan, cast, now):
    comment = await said(plan, cast.mona, now)
    await commenting.resolve(plan, comment, by=cast.alice, now=now + LATER)
    await commenting.resolve(plan, comment, by=cast.alice, now=now + 2 * LATER)
    assert discussion.open_by_section(await discussion.of_plan(plan)) == {}
    await commenting.reopen(plan, comment, by=cast.mona, now=now + 3 * LATER)
    (one,) = await discussion.of_plan(plan)
    assert [(entry.event, entry.by, entry.at) for entry in one.then] == [
        ("resolved", cast.alice.id, now + LATER), ("reopened", cast.mona.id, now + 3 * LATER),
    ]  # fmt: skip
    assert one.open


async def test_what_is_withdrawn_leaves_its_trace_and_loses_its_words(plan, cast, now):
    comment = await said(plan, cast.mona, now, "not meant for here")
    with pytest.raises(NotAllowed):
        await commenting.withdraw(plan, comment, by=cast.ada, now=now)
    await commenting.withdraw(plan, comment, by=cast.mona, now=now)
    await commenting.withdraw(plan, comment, by=cast.mona, now=now)
    (one,) = await discussion.of_plan(plan)
    assert (one.first.withdrawn, one.first.text, one.open) == (True, "", False)
    assert await DB.fetchval("SELECT count(*) FROM plan_comment") == 2


async def test_a_withdrawn_answer_leaves_the_matter_open(plan, cast, now):
    comment = await said(plan, cast.mona, now)
    reply = await commenting.answer(plan, comment, "oops", by=cast.alice, now=now)
    await commenting.withdraw(plan, reply, by=cast.alice, now=now)
    (one,) = await discussion.of_plan(plan)
    assert (one.open, one.then[0].withdrawn, one.then[0].text) == (True, True, "")


async def test_nothing_that_was_said_is_ever_changed(plan, cast, now):
    await said(plan, cast.mona, now)
    for statement in ("UPDATE plan_comment SET text = 'x'", "DELETE FROM plan_comment"):
        with pytest.raises(Exception, match="plan_comment"):
            async with DB.transaction():
                await DB.execute(statement)


async def test_a_double_click_says_it_once(plan, cast, now):
    first = await said(plan, cast.mona, now)
    assert await said(plan, cast.mona, now + timedelta(seconds=2)) == first
    assert await said(plan, cast.mona, now + LATER) != first


async def test_whoever_sees_the_plan_comments_but_those_who_only_read(plan, cast, now):
    for person in (cast.alice, cast.bob, cast.mona, cast.sam, cast.ada):
        await said(plan, person, now, f"by {person.name}")
    with pytest.raises(NotAllowed):
        await said(plan, cast.rita, now)
    with pytest.raises(NotFound):
        await said(plan, cast.charlie, now)
    assert len(await discussion.of_plan(plan)) == 5


async def test_empty_and_endless_comments_are_refused_with_a_sentence(plan, cast, now):
    for text in ("", " \n ", "x" * 4001):
        with pytest.raises(Invalid) as refusal:
            await said(plan, cast.alice, now, text)
        assert set(refusal.value.fields) == {"comment"}
    with pytest.raises(NotFound):
        await said(plan, cast.alice, now, key="nothing")


async def test_a_comment_of_another_plan_is_not_found(plan, cast, now):
    comment = await said(plan, cast.alice, now)
    with pytest.raises(NotFound):
        await commenting.answer(cast.acme, comment, "x", by=cast.alice, now=now)


async def test_the_approver_comments_in_every_state_and_still_decides(ready, cast, now):
    await said(ready, cast.mona, now, "while it is a draft")
    await step(ready, "submit", cast.alice, now)
    await said(ready, cast.mona, now, "while it is submitted")
    await step(ready, "approve", cast.mona, now)
    await said(ready, cast.alice, now, "while it is approved")
    await step(ready, "revise", cast.alice, now, comment="Reality has moved.")
    assert [one.first.text for one in await discussion.of_plan(ready)] == [
        "while it is a draft", "while it is submitted", "while it is approved",
    ]  # fmt: skip


async def test_comments_are_no_part_of_a_version_or_its_hash(ready, cast, now):
    before = fingerprint(await of_plan(ready, as_of=now.date()))
    await said(ready, cast.mona, now, "Zebra")
    assert fingerprint(await of_plan(ready, as_of=now.date())) == before
    await step(ready, "submit", cast.alice, now)
    assert "Zebra" not in str((await versions.latest(ready))["content"])


async def test_a_comment_does_not_touch_the_plan(plan, cast, now):
    before = dict(await find(cast.alice, plan))
    await said(plan, cast.mona, now + LATER)
    assert dict(await find(cast.alice, plan)) == before


async def test_the_history_tells_that_something_was_said_and_not_what(plan, cast, now):
    comment = await said(plan, cast.mona, now, "a secret word")
    await commenting.resolve(plan, comment, by=cast.alice, now=now)
    kept = await DB.fetch(
        "SELECT event, changes::text FROM record_change WHERE record_kind = 'plan_comment' AND customer = $1"
        " ORDER BY id",
        cast.acme,
    )
    assert [row["event"] for row in kept] == ["said", "resolved"]
    assert "situation" in kept[0]["changes"] and "secret" not in kept[0]["changes"]


async def waiting(person):
    return [(row["section"], row["text"], row["who"]) for row in await discussion.waiting_on(person)]


async def test_it_waits_on_the_author_until_they_have_the_last_word_or_it_is_resolved(plan, cast, now):
    comment = await said(plan, cast.mona, now)
    assert await waiting(cast.alice) == [("situation", "Why so?", cast.mona.name)]
    assert await waiting(cast.mona) == await waiting(cast.bob) == await waiting(cast.charlie) == []
    await commenting.answer(plan, comment, "Because.", by=cast.alice, now=now + LATER)
    assert await waiting(cast.alice) == []
    assert await waiting(cast.mona) == [("situation", "Because.", cast.alice.name)]
    await commenting.resolve(plan, comment, by=cast.mona, now=now + 2 * LATER)
    assert await waiting(cast.mona) == []
    await commenting.reopen(plan, comment, by=cast.ada, now=now + 3 * LATER)
    assert await waiting(cast.mona) != []


async def test_it_waits_on_whoever_wrote_the_section_last(plan, cast, now):
    await write_section(plan, "vision", "by bob", by=cast.bob, now=now, revision=0)
    comment = await said(plan, cast.mona, now, key="vision")
    assert await waiting(cast.bob) == [("vision", "Why so?", cast.mona.name)]
    await commenting.withdraw(plan, comment, by=cast.mona, now=now)
    assert await waiting(cast.bob) == []
