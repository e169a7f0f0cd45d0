"""Writing a plan section by section."""

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.plans.queries import sections
from kam.plans.writing import Overtaken, write_section


async def test_a_section_keeps_who_wrote_it_and_counts_its_revisions(plan, cast, now):
    assert await write_section(plan, "situation", "first", by=cast.alice, now=now, revision=0) == 1
    assert await write_section(plan, "situation", "second", by=cast.bob, now=now, revision=1) == 2
    row = (await sections(plan))["situation"]
    assert (row["text"], row["editor_name"], row["revision"]) == ("second", cast.bob.name, 2)


async def test_two_people_write_two_sections_at_once_without_a_conflict(plan, cast, now):
    await write_section(plan, "situation", "by alice", by=cast.alice, now=now, revision=0)
    await write_section(plan, "vision", "by bob", by=cast.bob, now=now, revision=0)
    assert {key: row["text"] for key, row in (await sections(plan)).items()} == {
        "situation": "by alice", "vision": "by bob",
    }  # fmt: skip


async def test_whoever_was_overtaken_gets_the_other_text_and_changes_nothing(plan, cast, now):
    await write_section(plan, "situation", "by bob", by=cast.bob, now=now, revision=0)
    with pytest.raises(Overtaken) as refusal:
        await write_section(plan, "situation", "by alice", by=cast.alice, now=now, revision=0)
    assert refusal.value.theirs["text"] == "by bob"
    assert (await sections(plan))["situation"]["text"] == "by bob"


async def test_saving_the_same_text_again_is_no_conflict_and_no_revision(plan, cast, now):
    await write_section(plan, "situation", "the same", by=cast.alice, now=now, revision=0)
    assert await write_section(plan, "situation", "the same ", by=cast.alice, now=now, revision=0) == 1


async def test_whoever_writes_becomes_an_editor(plan, cast, now):
    await write_section(plan, "situation", "text", by=cast.bob, now=now, revision=0)
    editors = await DB.fetch("SELECT person FROM plan_editor WHERE plan = $1", plan)
    assert cast.bob.id in {row["person"] for row in editors}


async def test_readers_and_outsiders_do_not_write(plan, cast, now):
    with pytest.raises(NotAllowed):
        await write_section(plan, "situation", "x", by=cast.rita, now=now, revision=0)
    with pytest.raises(NotFound):
        await write_section(plan, "situation", "x", by=cast.charlie, now=now, revision=0)


async def test_a_text_that_is_too_long_is_refused_with_a_sentence(plan, cast, now):
    with pytest.raises(Invalid):
        await write_section(plan, "situation", "x" * 50_001, by=cast.alice, now=now, revision=0)


async def test_every_change_stands_in_the_history_with_both_texts(plan, cast, now):
    await write_section(plan, "situation", "before", by=cast.alice, now=now, revision=0)
    await write_section(plan, "situation", "after", by=cast.alice, now=now, revision=1)
    kept = await DB.fetch("SELECT changes::text FROM record_change WHERE record = $1", plan)
    assert any('["before", "after"]' in row["changes"] for row in kept)
