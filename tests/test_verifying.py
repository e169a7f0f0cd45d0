"""Whatever somebody changes of what is kept, behind the application and behind the triggers, is found and named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.documents.storing import store
from kam.verifying import verify
from tests.belongings import belongings
from tests.plans.test_freezing import step
from tests.tampering import tampering


@pytest.fixture
async def kept(cast, now):
    """A plan that was submitted, sent back, submitted again and approved, and a file drawn of it."""
    found = await belongings(cast, now)
    steps = (("send_back", cast.mona), ("submit", cast.alice), ("approve", cast.mona))
    for hour, (transition, by) in enumerate(steps, 1):
        await step(found.plan, transition, by, now + timedelta(hours=hour), comment="Say more.")
    await store("plan", "a.pdf", b"%PDF", subject=found.plan, customer=cast.acme, by=cast.alice.id, at=now)
    return found


async def test_what_nobody_touched_is_sound_and_counted(kept):
    found = await verify()
    assert found.faults == []
    assert found.counts["versions of plans"] == 2
    assert found.counts["steps"] == 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("SET content = jsonb_set(content, '{sections,vision}', '\"Ours\"') WHERE number = 2", "does not say what its"),
        (
            "SET approved_by = (SELECT id FROM person WHERE name = 'Ada Administrator') WHERE number = 2",
            "approved by no",
        ),
        ("SET approved_at = approved_at - interval '1 day' WHERE number = 2", "approved by no step"),
        ("SET approved_at = made_at, approved_by = made_by WHERE number = 1", "Version 1 of the plan “Zebrafish plan”"),
        ("SET approved_at = NULL, approved_by = NULL WHERE number = 2", "decided on"),
        ("SET made_by = approved_by WHERE number = 2", "submitted by no step"),
        ("SET made_at = made_at - interval '1 microsecond' WHERE number = 1", "submitted by no step"),
    ],
)
async def test_a_forged_version_of_a_plan_is_found(kept, change, said):
    async with tampering("plan_version"):
        await DB.execute(f"UPDATE plan_version {change}")
    assert any(said in fault for fault in (await verify()).faults)


@pytest.mark.parametrize("number", [1, 2])
async def test_a_version_that_was_taken_out_is_missed(kept, number):
    async with tampering("plan_version"):
        await DB.execute("DELETE FROM plan_version WHERE number = $1", number)
    assert any("is not there as it was" in fault for fault in (await verify()).faults)


async def test_a_forged_file_is_found(kept):
    async with tampering("document"):
        await DB.execute("UPDATE document SET content = '%PDF and more' WHERE name = 'a.pdf'")
    assert [fault for fault in (await verify()).faults if "a.pdf" in fault]
