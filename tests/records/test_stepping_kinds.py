"""A step and an edit of one record of any kind at one moment, by two who have seen the same: one of them wins."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.errors import Stale
from kam.records.editing import edit
from kam.workflow.advancing import advance
from kam.workflow.history import verify
from tests.racing import at_once
from tests.records.making import make
from tests.records.walking import MOVED, first_step

ROUNDS = 30


@pytest.mark.parametrize("kind", MOVED, ids=lambda kind: kind.name)
async def test_of_a_step_and_an_edit_exactly_one_wins(kind, committed, now):
    for turn in range(ROUNDS):
        record = await make(kind, committed.acme, by=committed.alice, now=now, mark=f"Round {turn}")
        stood = await DB.fetchrow(f"SELECT state, revision FROM {kind.sql_table} WHERE id = $1", record)
        option, said = await first_step(record, by=committed.alice, now=now)
        assert option.revision == stood["revision"]
        step = advance(option.instance, option.transition, **said)
        change = edit(
            kind, record, {kind.titled: f"Other {turn}"}, by=committed.mona, now=now, revision=stood["revision"]
        )
        outcomes = await at_once(*((step, change) if turn % 2 else (change, step)))
        stepped, edited = outcomes if turn % 2 else outcomes[::-1]
        lost = [one for one in outcomes if isinstance(one, Exception)]
        assert len(lost) == 1 and isinstance(lost[0], Stale), outcomes
        row = await DB.fetchrow(
            f"SELECT t.*, r.state AS shown, i.state AS moved FROM {kind.sql_table} t JOIN record r USING (id)"
            " JOIN workflow_instance i ON i.subject = t.id AND i.workflow = $2 WHERE t.id = $1",
            record, kind.workflow,
        )  # fmt: skip
        assert row["state"] == row["shown"] == row["moved"] == (stood["state"] if stepped is lost[0] else option.to)
        assert (row[kind.titled] == f"Other {turn}") == (edited is not lost[0])
    assert await verify() == []
