"""What whoever serves can write by hand, hashed and chained by the database, is found where kam would not write it."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.verifying import verify
from kam.workflow.loading import remember
from kam.workflow.registry import current

_STEP = """
    WITH step AS (
        INSERT INTO workflow_step (id, instance, number, transition, from_state, to_state, at, comment, fields, facts,
                                   definition)
        SELECT new_id(), id, 1, $1, state, $2, entered_at, '', '{}', '{}', coalesce($3, definition)
        FROM workflow_instance WHERE workflow = 'relationship' ORDER BY id LIMIT 1 RETURNING *
    )
    UPDATE workflow_instance i SET state = s.to_state, revision = 1, head = s.hash, definition = s.definition
    FROM step s WHERE s.instance = i.id
"""
_BEGUN = """
    INSERT INTO workflow_instance (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)
    SELECT new_id(), $1, new_id(), customer, $2, 0, started_at, started_at, definition FROM workflow_instance
    WHERE workflow = 'relationship' LIMIT 1
"""


@pytest.fixture
async def standing(cast, now):
    await remember(current(), now=now)
    assert (await verify()).faults == []
    return next(
        (step.name, source, step.target)
        for step in current().definition("relationship").transitions.values()
        for source in step.sources
        if source == current().definition("relationship").initial
    )


async def faults():
    return (await verify()).faults


async def test_a_step_that_its_file_has_is_sound(standing):
    name, _, target = standing
    await DB.execute(_STEP, name, target, None)
    assert await faults() == []


@pytest.mark.parametrize(
    ("name", "target", "definition"),
    [("no_such_step", None, None), (None, "nowhere", None), (None, None, "beef" * 16), ("renamed", None, None)],
)
async def test_a_step_that_no_file_has_is_found(standing, name, target, definition):
    await DB.execute(_STEP, name or standing[0], target or standing[2], definition)
    assert ["is in no file that was in force" in fault for fault in await faults()] == [True]


@pytest.mark.parametrize(("workflow", "state"), [("nothing", "won"), ("relationship", "nowhere"), ("designation", "x")])
async def test_a_beginning_of_which_no_file_knows_is_found(standing, workflow, state):
    await DB.execute(_BEGUN, workflow, state)
    assert ["began as no file says" in fault for fault in await faults()] == [True]


async def test_a_file_that_is_none_is_found(standing, now):
    await DB.execute(
        "INSERT INTO workflow_definition (hash, workflow, number, source, loaded_at)"
        " VALUES (encode(sha256('evil'), 'hex'), 'relationship', 99, 'evil', $1)", now,
    )  # fmt: skip
    assert ["is none" in fault for fault in await faults()] == [True]


@pytest.mark.parametrize("entry", ["0", "-5", "1::bigint << 60"])
async def test_a_row_with_a_number_that_no_seal_reaches_is_found(standing, entry):
    """Otherwise it could be taken out, or put in, whenever somebody likes."""
    await DB.execute(
        "INSERT INTO record_change (entry, record_kind, event, changes, at)"
        f" VALUES ({entry}, 'x', 'changed', '{{}}', now())"
    )
    assert ["1 rows of record_change have numbers" in fault for fault in await faults()] == [True]
