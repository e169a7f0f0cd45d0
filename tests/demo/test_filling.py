"""The demo covers every stage, level and state, as if it had been lived through."""

import pytest

from kam.database.engine import DB
from kam.demo.calendar import Calendar
from kam.demo.filling import fill
from kam.kinds import KINDS
from kam.records import standing
from kam.workflow.history import verify
from kam.workflow.registry import current as workflows


async def test_the_demo_covers_every_state_and_its_history_is_sound(db, now):
    told = []
    await fill(now=now, say=told.append)
    rows = await DB.fetch("SELECT workflow, state, count(*) FROM workflow_instance GROUP BY 1, 2")
    reached = {(row["workflow"], row["state"]): row["count"] for row in rows}
    for workflow, states in {
        "relationship": ("build", "develop", "maintain", "break", "win_back"),
        "early_warning": ("normal", "watch", "doubtful", "exit"),
        "designation": ("ordinary", "proposed", "designated", "withdrawn"),
        "account_plan": ("draft", "submitted", "approved", "in_execution", "reviewed", "closed", "superseded"),
    }.items():
        for state in states:
            assert reached.get((workflow, state)), f"nobody is {state} in {workflow}"
    assert await verify() == []
    await every_kind_of_record_is_there_in_every_state(reached)
    await every_record_came_through_its_verb()
    assert await DB.fetchval("SELECT count(*) FROM record_change WHERE at > $1", now) == 0
    assert await DB.fetchval("SELECT count(*) FROM product WHERE unit = ''") == 0
    assert await DB.fetchval("SELECT count(*) FROM sales_order_line WHERE unit = ''") == 0
    assert any("ingrid@" in line for line in told)
    customers = await DB.fetchval("SELECT count(*) FROM customer")
    await fill(now=now, say=told.append)
    assert await DB.fetchval("SELECT count(*) FROM customer") == customers


async def test_a_demo_that_was_interrupted_while_it_was_filled_begins_anew(db, now, monkeypatch):
    async def interrupted(_calendar):
        raise KeyboardInterrupt

    monkeypatch.setattr(Calendar, "live", interrupted)
    with pytest.raises(KeyboardInterrupt):
        await fill(now=now, say=str)
    assert await DB.fetchval("SELECT count(*) FROM person") == 0


async def every_record_came_through_its_verb():
    """A verb records what it made; a row that was copied in would have no history."""
    for table, kind in {"product": "", "sales_order": "order", "opportunity": ""}.items():
        made = "SELECT FROM record_change WHERE record = t.id AND record_kind = $1 AND event = 'created'"
        counted = f"SELECT count(*) AS all, count(*) FILTER (WHERE NOT EXISTS ({made})) AS unrecorded FROM {table} t"
        row = await DB.fetchrow(counted, kind or table)
        assert row["all"] > 20
        assert row["unrecorded"] == 0, table


async def every_kind_of_record_is_there_in_every_state(reached):
    for kind in KINDS:
        found = await DB.fetch("SELECT owner, customer, deleted_at FROM record WHERE kind = $1", kind.name)
        assert len(found) > (15 if kind.of_customers else 3), f"the demo has nothing of the kind {kind.name}"
        for state in workflows().definition(kind.workflow).states if kind.workflow else ():
            assert reached.get((kind.workflow, state)), f"no {kind.name} is {state}"
    assert await standing.faults(KINDS) == []
