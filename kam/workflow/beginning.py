"""The beginning of a workflow for a subject: its initial state and that state's deadlines."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.workflow.definition import Definition
from kam.workflow.due import listed, of_state
from kam.workflow.registry import current

_INSTANCES = """
    INSERT INTO workflow_instance
        (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)
"""
_DEADLINES = """
    INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)
    SELECT new_id(), begun.id, 0, d.name, d.due_at, ''
"""


async def begin(workflow: str, subject: UUID, customer: UUID, *, now: datetime) -> UUID:
    """Raises `asyncpg.UniqueViolationError` if the workflow has already begun for the subject."""
    return (await _begin([current().definition(workflow)], subject, customer, now))[0]


async def begin_each(kind: str, subject: UUID, customer: UUID, *, now: datetime) -> list[UUID]:
    """Begins every workflow of a subject kind in one statement, as a new record does."""
    return await _begin(current().of_subject(kind), subject, customer, now)


def of_made(kind: str, made: str, whose: str, *, moment: str, own: str = "") -> str:
    """CTEs `begun` and `waiting`, by which every workflow of a kind begins for the records of the relation `made`, in
    the statement that makes them. `made` has the columns of the kind's table, `whose` is SQL of the customer, `moment`
    of the time. The workflow `own` begins in the state that stands in their column `state`, the others in their first.
    """
    workflows = current().of_subject(kind)
    rows = ", ".join(
        f"('{one.name}', {'made.state' if one.name == own else repr(one.initial)}, '{one.hash}')" for one in workflows
    )
    due = [
        tuples
        for one in workflows
        for state in (one.states.values() if one.name == own else [one.states[one.initial]])
        for tuples in of_state(one, state, moment, "made")
    ]
    nothing = "SELECT NULL::text, NULL::text, NULL::text WHERE FALSE"
    return f"""
        begun AS (
            {_INSTANCES}
            SELECT new_id(), w.name, made.id, {whose}, w.state, 0, {moment}, {moment}, w.hash
            FROM {made} AS made, LATERAL ({f"VALUES {rows}" if rows else nothing}) AS w(name, state, hash)
            RETURNING id, workflow, subject, state
        ), waiting AS (
            {_DEADLINES} FROM begun JOIN {made} AS made ON made.id = begun.subject CROSS JOIN LATERAL {listed(due)}
            WHERE d.workflow = begun.workflow AND d.state = begun.state AND d.due_at IS NOT NULL
        )
    """


async def begin_all(workflow: str, source: str, *values: object, now: datetime) -> int:
    """Begins a workflow for many: `source` is SQL with `$1`… that yields `subject` and `customer`.

    Those for which it has already begun are passed over. Returns how many began.
    """
    definition = current().definition(workflow)
    names, after = _due(definition)
    n = len(values)
    begun: int = await DB.fetchval(
        f"""
        WITH begun AS (
            {_INSTANCES}
            SELECT new_id(), ${n + 1}::text, s.subject, s.customer, ${n + 2}::text, 0, ${n + 3}, ${n + 3},
                   ${n + 4}::text
            FROM ({source}) s ON CONFLICT (workflow, subject) DO NOTHING RETURNING id
        ), due AS (
            {_DEADLINES} FROM begun, unnest(${n + 5}::text[], ${n + 6}::timestamptz[]) AS d(name, due_at)
        )
        SELECT count(*) FROM begun
        """,
        *values,
        definition.name,
        definition.initial,
        now,
        definition.hash,
        names,
        [now + length for length in after],
    )
    return begun


async def _begin(definitions: list[Definition], subject: UUID, customer: UUID, now: datetime) -> list[UUID]:
    ids = [new_id() for _ in definitions]
    due = [
        (id, name, now + after)
        for id, definition in zip(ids, definitions, strict=True)
        for name, after in zip(*_due(definition), strict=True)
    ]
    await DB.execute(
        f"""
        WITH begun AS (
            {_INSTANCES}
            SELECT w.id, w.name, $4, $5, w.initial, 0, $6, $6, w.hash
            FROM unnest($1::uuid[], $2::text[], $3::text[], $7::text[]) AS w(id, name, initial, hash) RETURNING id
        )
        {_DEADLINES}
        FROM begun JOIN unnest($8::uuid[], $9::text[], $10::timestamptz[]) AS d(instance, name, due_at)
            ON d.instance = begun.id
        """,
        ids,
        [definition.name for definition in definitions],
        [definition.initial for definition in definitions],
        subject,
        customer,
        now,
        [definition.hash for definition in definitions],
        [id for id, _, _ in due],
        [name for _, name, _ in due],
        [moment for _, _, moment in due],
    )
    return ids


def _due(definition: Definition) -> tuple[list[str], list[timedelta]]:
    deadlines = definition.states[definition.initial].deadlines
    return [deadline.name for deadline in deadlines], [deadline.after for deadline in deadlines]
