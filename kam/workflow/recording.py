"""Writing a step: history, state and deadlines, and where it can be what lists show of it, in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.workflow.deciding import Attempt
from kam.workflow.due import listed, of_state
from kam.workflow.history import Step, values_in
from kam.workflow.instances import Held
from kam.workflow.registry import current

_JSON = msgspec.json.Encoder(decimal_format="number", order="deterministic")

_HELD = "held AS (SELECT i.id FROM workflow_instance i {known} WHERE i.id = $2 AND i.revision = $3 - 1 FOR UPDATE)"
# The record's own row is written with the step, and only where nobody has changed it since it was looked at.
_HELD_WITH_ROW = """
    standing AS (SELECT i.id FROM workflow_instance i {known} WHERE i.id = $2 AND i.revision = $3 - 1 FOR UPDATE),
    own AS (
        UPDATE {table} t SET state = $6, revision = t.revision + 1, updated_at = $7 FROM standing
        WHERE t.id = {subject} AND t.revision = {own} AND t.deleted_at IS NULL RETURNING t.*
    ),
    told AS (UPDATE record SET state = $6 FROM own WHERE record.id = own.id),
    held AS (SELECT standing.id FROM standing, own)
"""
_STEP = """
    WITH {held}, step AS (
        INSERT INTO workflow_step (id, instance, number, transition, from_state, to_state, at, "by", trigger, comment,
                                   fields, facts, definition, request)
        SELECT $1, held.id, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::jsonb, {facts}, $13, $14 FROM held
        RETURNING hash, facts
    )
"""
_DECISIVE = "$12::text::jsonb"
_BESIDE = (
    "coalesce((SELECT to_jsonb(known) FROM (SELECT {names} FROM customer_fact WHERE customer = {customer}) known),"
    " '{{}}') || "
)
_SETTLED = """,
    settled AS (
        UPDATE workflow_deadline d SET settled_at = $7, outcome = 'left'
        WHERE d.instance = $2 AND d.settled_at IS NULL AND EXISTS (SELECT FROM held)
    )
"""
_DUE = """,
    due AS (
        INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)
        SELECT new_id(), held.id, $3, d.name, d.due_at, '' FROM held {row} CROSS JOIN LATERAL {deadlines}
        WHERE d.due_at IS NOT NULL
    )
"""
# The row of facts is held with the instance, and only while it is of the day on which the step is taken.
_KNOWN = "JOIN customer_fact f ON f.customer = {customer} AND f.as_of = {day}"
_REFLECTED = """,
    reflected AS (
        UPDATE customer_fact SET computed_at = greatest(computed_at, $7), {assignments} FROM held
        WHERE customer = {customer}
    )
"""
_MOVED = """
    UPDATE workflow_instance SET state = $6, revision = $3, entered_at = $7, definition = $13, head = step.hash
    FROM step WHERE workflow_instance.id = $2
    RETURNING head, step.facts::text
"""
_VALUES = 14  # of every step; what a statement needs besides comes after them


async def record(held: Held, attempt: Attempt, step: Step, *, day: date | None = None) -> Step | None:
    """None, and nothing written, if the instance or the record's own row has moved on from what was looked at.

    With a `day` the stored facts of the customer follow in the same statement, as the vocabulary's `reflections` say;
    if they are not of that day, it is None as well.
    """
    more: dict[str, Any] = {}
    if attempt.beside or day:
        more["customer"] = held.standing.customer
    if day:
        more["day"] = day
    if held.own is not None or any(deadline.of for deadline in attempt.definition.states[step.to_state].deadlines):
        more["subject"] = step.subject
    if held.own is not None:
        more["own"] = held.own
    sql = _statement(attempt.definition.hash, step.workflow, step.to_state, attempt.beside, tuple(more))
    row = await DB.fetchrow(sql, *_values(step), *more.values())
    if row is None:
        return None
    leaves = step.number if held.own is None else held.own + 1
    return replace(step, hash=row["head"], facts=values_in(row["facts"]), leaves=leaves)


def intended(held: Held, attempt: Attempt, *, request: str | None, now: datetime) -> Step:
    """The step as it will be written, without what its effects add and the hash."""
    instance, taken = held.instance, attempt.transition
    return Step(
        id=new_id(),
        instance=instance.id,
        workflow=instance.workflow,
        subject=instance.subject,
        customer=instance.customer,
        number=instance.revision + 1,
        transition=taken.name,
        from_state=instance.state,
        to_state=attempt.state,
        at=now,
        by=attempt.by.id,
        trigger=attempt.trigger,
        comment=attempt.comment,
        fields=attempt.fields,
        facts=attempt.facts,
        definition=attempt.definition.hash,
        request=request,
    )


def _values(step: Step) -> list[Any]:
    return [
        step.id,
        step.instance,
        step.number,
        step.transition,
        step.from_state,
        step.to_state,
        step.at,
        step.by,
        step.trigger,
        step.comment,
        as_json(step.fields),
        as_json(step.facts),
        step.definition,
        step.request,
    ]


def as_json(values: Any) -> str:
    """Exact: a decimal stays the number it was, to the last digit."""
    return _JSON.encode(dict(values)).decode()


@lru_cache(maxsize=512)
def _statement(_hash: str, workflow: str, to_state: str, beside: frozenset[str], more: tuple[str, ...]) -> str:
    """`more` names the values besides those of every step. Another hash is another file, and so another statement."""
    places = {name: f"${_VALUES + number}" for number, name in enumerate(more, 1)}
    definition, table = current().definition(workflow), current().table(workflow)
    known = _KNOWN.format(**places) if "day" in more else ""
    own = "own" in more
    held = _HELD_WITH_ROW.format(known=known, table=table, **places) if own else _HELD.format(known=known)
    row = "CROSS JOIN own" if own else f"JOIN {table} own ON own.id = {places['subject']}" if "subject" in more else ""
    facts = _BESIDE.format(names=", ".join(sorted(beside)), **places) + _DECISIVE if beside else _DECISIVE
    deadlines = of_state(definition, definition.states[to_state], "$7", "own")
    due = _DUE.format(row=row, deadlines=listed(deadlines)) if deadlines else ""
    reflected = _reflected(workflow, places) if "day" in more else ""
    return f"{_STEP.format(held=held, facts=facts)}{_SETTLED}{due}{reflected}{_MOVED}"


def _reflected(workflow: str, places: Mapping[str, str]) -> str:
    moved = {"state": "$6::text", "day": f"{places['day']}::date", "at": "$7::timestamptz"}
    assignments = current().vocabulary.reflections[workflow].format(**moved)
    return _REFLECTED.format(assignments=assignments, **places)
