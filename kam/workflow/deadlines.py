"""What happens by itself when a state has lasted too long: once, also after a restart or with several workers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.errors import DomainError
from kam.workflow.actors import SYSTEM
from kam.workflow.advancing import advance
from kam.workflow.definition import Deadline, Definition
from kam.workflow.due import listed, of_state
from kam.workflow.history import STEP, step_of
from kam.workflow.registry import current

log = logging.getLogger(__name__)

# A worker takes one at a time and skips what another holds; the row is settled in the transaction that acts on it. The
# customer and the instance are taken before it, as every step does it: where a person is at one, it waits a minute.
# What falls due while its record is deleted waits until that is restored.
_NEXT = """
    SELECT d.id, d.instance, d.name, i.workflow
    FROM workflow_deadline d JOIN workflow_instance i ON i.id = d.instance {customer}
    WHERE d.settled_at IS NULL AND d.due_at <= $1 AND d.name = $2 AND i.workflow = $3 AND d.id <> ALL($4::uuid[])
      AND EXISTS ({there})
    ORDER BY d.due_at, d.id LIMIT 1
    FOR NO KEY UPDATE OF {held} SKIP LOCKED
"""

# An empty date has no deadline; one that is given later has.
_MOVE = """
    WITH standing AS (
        SELECT i.id, i.revision, i.entered_at, d.name, d.due_at
        FROM workflow_instance i JOIN {table} own ON own.id = i.subject CROSS JOIN LATERAL {deadlines}
        WHERE i.subject = $1 AND i.workflow = d.workflow AND i.state = d.state
    ), moved AS (
        UPDATE workflow_deadline w SET due_at = coalesce(s.due_at, w.due_at),
            settled_at = CASE WHEN s.due_at IS NULL THEN $2::timestamptz END,
            outcome = CASE WHEN s.due_at IS NULL THEN 'no date' ELSE '' END
        FROM standing s WHERE w.instance = s.id AND w.name = s.name AND w.settled_at IS NULL
    )
    INSERT INTO workflow_deadline (id, instance, step, name, due_at, outcome)
    SELECT new_id(), s.id, s.revision, s.name, s.due_at, '' FROM standing s
    WHERE s.due_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM workflow_deadline w WHERE w.instance = s.id AND w.name = s.name AND (w.settled_at IS NULL
            OR s.due_at <= $2 AND w.settled_at >= s.entered_at AND w.outcome NOT IN ('left', 'no date')))
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many deadlines led to a step or an effect, how many could not, and how many failed and are tried again."""

    acted: int = 0
    refused: int = 0
    failed: int = 0


async def settle(now: datetime, limit: int = 10_000) -> Settled:
    """Acts on every deadline that is due. Reminders stay open until their state is left: they are shown, not done."""
    counts = {"acted": 0, "refused": 0, "failed": 0}
    failed: list[UUID] = []
    for definition, name in _acting():
        while sum(counts.values()) < limit and (outcome := await _settle_one(definition, name, now, failed)):
            counts[outcome] += 1
    return Settled(**counts)


async def move_with(kind: str, subject: UUID, *, changed: frozenset[str], now: datetime) -> None:
    """The deadlines that count from a date of the record move with it, in the transaction that changed it and holds its
    workflows. One that has acted stays settled, unless the date now lies ahead again."""
    due = [
        moment
        for definition in current().of_subject(kind)
        for state in definition.states.values()
        for moment in of_state(definition, state, "i.entered_at", "own", of=changed)
    ]
    if due:
        table = current().vocabulary.subjects[kind].table
        await DB.execute(_MOVE.format(table=table, deadlines=listed(due)), subject, now)


async def _settle_one(definition: Definition, name: str, now: datetime, failed: list[UUID]) -> str | None:
    found: list[UUID] = []
    try:
        return await retrying(partial(_take_next, definition, name, now, failed, found))
    except Exception:  # one record must not stop the others
        if not found:
            raise
        log.exception("The deadline %s could not be settled", found[-1])
        failed.append(found[-1])
        return "failed"


async def _take_next(
    definition: Definition, name: str, now: datetime, failed: list[UUID], found: list[UUID]
) -> str | None:
    """`found` gets the deadline that was due next, so that it is known should settling it fail."""
    found.clear()
    async with DB.transaction():
        row = await DB.fetchrow(_next(definition.subject), now, name, definition.name, failed)
        if row is None:
            return None
        found.append(row["id"])
        return await _act(row["id"], row["instance"], row["workflow"], row["name"], now)


def _next(kind: str) -> str:
    subject = current().vocabulary.subjects[kind]
    there = subject.standing.format(subject="i.subject")
    if not subject.of_customer:
        return _NEXT.format(there=there, customer="", held="i, d")
    return _NEXT.format(there=there, customer="JOIN customer c ON c.id = i.customer", held="c, i, d")


async def _act(id: UUID, instance: UUID, workflow: str, name: str, now: datetime) -> str:
    """The instance is held, and leaving a state settles its deadlines: so it is still in the stay that this is of."""
    deadline = current().definition(workflow).deadline(name)
    outcome, said = await _outcome(deadline, instance, now) if deadline else ("refused", "no longer defined")
    await DB.execute("UPDATE workflow_deadline SET settled_at = $2, outcome = $3 WHERE id = $1", id, now, said[:400])
    return outcome


async def _outcome(deadline: Deadline, instance: UUID, now: datetime) -> tuple[str, str]:
    try:
        if deadline.transition:
            await advance(instance, deadline.transition, by=SYSTEM, now=now, trigger=deadline.name)
        await _cause(deadline, instance, now)
    except DomainError as refusal:
        return "refused", str(refusal)
    return "acted", "done"


async def _cause(deadline: Deadline, instance: UUID, now: datetime) -> None:
    """The effects of a deadline get the step with which the state was entered, or the last one taken since."""
    if not deadline.effects:
        return
    row = await DB.fetchrow(f"{STEP} WHERE s.instance = $1 ORDER BY s.number DESC LIMIT 1", instance)
    for name in deadline.effects if row else ():
        await current().vocabulary.effects[name].cause(step_of(row), SYSTEM, now)  # type: ignore[arg-type]


def _acting() -> list[tuple[Definition, str]]:
    """Deadlines that do something by themselves, in the order in which they fall due; the many that only remind are
    not walked past."""
    found = [
        (definition, deadline)
        for definition in current().definitions.values()
        for state in definition.states.values()
        for deadline in state.deadlines
        if deadline.transition or deadline.effects
    ]
    return [(definition, deadline.name) for definition, deadline in sorted(found, key=_turn)]


def _turn(pair: tuple[Definition, Deadline]) -> timedelta:
    return pair[1].after - pair[1].before
