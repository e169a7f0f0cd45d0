"""A workflow file reaches the records that there are: each that has not begun in it begins at the next start.

It begins in the state that its own row says, or else in the initial one, and its history says so. Two who start at one
moment share the work: what one has begun, the other passes over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.workflow.definition import Definition
from kam.workflow.due import listed, of_state
from kam.workflow.registry import Workflows
from kam.workflow.vocabulary import SubjectKind

BATCH = 5000
BEGUN = "begun"  # what the history of a record calls it

# $1 workflow, $2 hash, $3 initial state, $4 the moment, $5 kind, $6 and $7 the states by every name they have had.
_BEGIN = f"""
    WITH missing AS MATERIALIZED (
        SELECT s.subject, s.customer, coalesce({{state}}, $3::text) AS state FROM ({{every}}) s {{row}}
        WHERE NOT EXISTS (SELECT FROM workflow_instance i WHERE i.workflow = $1 AND i.subject = s.subject)
        ORDER BY s.subject LIMIT {BATCH}
    ), begun AS (
        INSERT INTO workflow_instance
            (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)
        SELECT new_id(), $1, subject, customer, state, 0, $4, $4, $2 FROM missing
        ON CONFLICT (workflow, subject) DO NOTHING RETURNING id, subject, customer, state
    ), waiting AS (
        INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)
        SELECT new_id(), begun.id, 0, d.name, d.due_at, ''
        FROM begun {{beside}} CROSS JOIN LATERAL {{deadlines}}
        WHERE d.state = begun.state AND d.due_at IS NOT NULL
    ), {{own}}noted AS (
        INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
        SELECT new_id(), $5, subject, customer, '{BEGUN}',
               jsonb_build_object('workflow', jsonb_build_array(NULL, $1), 'state', jsonb_build_array(NULL, state)),
               NULL, $4 FROM begun
    )
    SELECT (SELECT count(*) FROM missing) AS missing, array(SELECT customer FROM begun) AS customers
"""
_NOW = "(SELECT known.now FROM unnest($6::text[], $7::text[]) AS known(name, now) WHERE known.name = {state})"
_OWN = """own AS (
        UPDATE {table} t SET state = begun.state, revision = t.revision + 1, updated_at = $4 FROM begun
        WHERE t.id = begun.subject AND t.state <> begun.state RETURNING t.id, t.state
    ), told AS (UPDATE record SET state = own.state FROM own WHERE record.id = own.id), """


async def reach(
    workflows: Workflows, *, now: datetime, changed: Callable[[Collection[UUID]], Awaitable[None]]
) -> dict[str, int]:
    """How many began, by workflow; `changed` gets the customers of each batch in its transaction, where a state that
    records are known by has begun. Doing it again changes nothing more."""
    begun: dict[str, int] = {}
    for definition in workflows.definitions.values():
        kind = workflows.vocabulary.subjects[definition.subject]
        while kind.every:
            missing, began = await retrying(partial(_batch, definition, kind, now, changed))
            if began:
                begun[definition.name] = begun.get(definition.name, 0) + began
            if not missing:
                break
    return begun


async def _batch(
    definition: Definition, kind: SubjectKind, now: datetime, changed: Callable[[Collection[UUID]], Awaitable[None]]
) -> tuple[int, int]:
    names = [(name, state.name) for state in definition.states.values() for name in (state.name, *state.renamed_from)]
    async with DB.transaction():
        row: Any = await DB.fetchrow(
            _statement(definition, kind), definition.name, definition.hash, definition.initial, now, kind.name,
            [name for name, _ in names], [state for _, state in names],
        )  # fmt: skip
        customers = [customer for customer in row["customers"] if customer]
        if customers and kind.workflow == definition.name:
            await changed(set(customers))
    return row["missing"], len(row["customers"])


def _statement(definition: Definition, kind: SubjectKind) -> str:
    own = kind.workflow == definition.name
    due = [one for state in definition.states.values() for one in of_state(definition, state, "$4", "own")]
    return _BEGIN.format(
        every=kind.every,
        state=_NOW.format(state="own.state" if own else "NULL::text"),
        row=f"JOIN {kind.table} own ON own.id = s.subject" if own else "",
        beside=f"JOIN {kind.table} own ON own.id = begun.subject" if kind.table else "",
        deadlines=listed(due),
        own=_OWN.format(table=kind.table) if own else "",
    )
