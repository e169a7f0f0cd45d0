"""Writing a step: history, state and deadlines, and where it can be what lists show of it, in one statement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.workflow.deciding import Attempt
from kam.workflow.history import Step, values_in
from kam.workflow.instances import Held
from kam.workflow.registry import current

_JSON = msgspec.json.Encoder(decimal_format="number", order="deterministic")

_STEP = """
    WITH held AS (
        SELECT i.id FROM workflow_instance i {known} WHERE i.id = $2 AND i.revision = $3 - 1 FOR UPDATE
    ), step AS (
        INSERT INTO workflow_step (id, instance, number, transition, from_state, to_state, at, "by", trigger, comment,
                                   fields, facts, definition, request)
        SELECT $1, held.id, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::jsonb, {facts}, $13, $14 FROM held
        RETURNING hash, facts
    )
"""
_DECISIVE = "$12::text::jsonb"
_BESIDE = "coalesce((SELECT to_jsonb(known) FROM (SELECT %s FROM customer_fact WHERE customer = $17) known), '{}') || "
_SETTLED = """,
    settled AS (
        UPDATE workflow_deadline d SET settled_at = $7, outcome = 'left'
        WHERE d.instance = $2 AND d.settled_at IS NULL AND EXISTS (SELECT FROM held)
    ), due AS (
        INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)
        SELECT new_id(), held.id, $3, d.name, d.due_at, ''
        FROM held, unnest($15::text[], $16::timestamptz[]) AS d(name, due_at)
    )
"""
# The row of facts is held with the instance, and only while it is of the day on which the step is taken.
_KNOWN = "JOIN customer_fact f ON f.customer = $17 AND f.as_of = $18"
_REFLECTED = """,
    reflected AS (
        UPDATE customer_fact SET computed_at = greatest(computed_at, $7), {assignments} FROM held WHERE customer = $17
    )
"""
_PLACES = {"state": "$6::text", "day": "$18::date", "at": "$7::timestamptz"}
_MOVED = """
    UPDATE workflow_instance SET state = $6, revision = $3, entered_at = $7, definition = $13, head = step.hash
    FROM step WHERE workflow_instance.id = $2
    RETURNING head, step.facts::text
"""


async def record(held: Held, attempt: Attempt, step: Step, *, day: date | None = None) -> Step | None:
    """None, and nothing written, if the instance has moved on from the revision that was held.

    With a `day` the stored facts of the customer follow in the same statement, as the vocabulary's `reflections` say;
    if they are not of that day, it is None as well.
    """
    definition = attempt.definition
    assignments = current().vocabulary.reflections[definition.name] if day else ""
    due = [(deadline.name, step.at + deadline.after) for deadline in definition.states[step.to_state].deadlines]
    values = [*_values(step), [name for name, _ in due], [moment for _, moment in due]]
    if attempt.beside or day:
        values.append(held.standing.customer)
    if day:
        values.append(day)
    row = await DB.fetchrow(_statement(attempt.beside, assignments), *values)
    return replace(step, hash=row["head"], facts=values_in(row["facts"])) if row else None


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


@lru_cache(maxsize=256)
def _statement(beside: frozenset[str], assignments: str) -> str:
    """Names of facts come from checked definitions: small letters, digits and underscores."""
    facts = _BESIDE % ", ".join(sorted(beside)) + _DECISIVE if beside else _DECISIVE
    step = _STEP.format(known=_KNOWN if assignments else "", facts=facts)
    reflected = _REFLECTED.format(assignments=assignments.format(**_PLACES)) if assignments else ""
    return step + _SETTLED + reflected + _MOVED
