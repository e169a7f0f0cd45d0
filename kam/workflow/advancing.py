"""The one door for a change of state: pages, board, bulk actions, import, API, deadlines and triggers all come here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import NotFound, Refused, Stale
from kam.workflow.actors import Actor
from kam.workflow.deciding import Attempt
from kam.workflow.definition import Definition, Transition
from kam.workflow.history import Step, step_by_request
from kam.workflow.instances import Held, look_at
from kam.workflow.machine import move
from kam.workflow.recording import record
from kam.workflow.registry import current

TRIES = 5  # at a step that others take at the same time; each decides anew on what they left


async def advance(
    instance: UUID | Held,
    transition: str,
    *,
    by: Actor,
    now: datetime,
    comment: str = "",
    fields: Mapping[str, Any] | None = None,
    revision: int | None = None,
    request: str | None = None,
    trigger: str | None = None,
) -> Step:
    """Takes a step, or changes nothing.

    `instance` may be one that the caller has just looked at for this `request`, to check that it is theirs to see.
    `revision` is the one that was seen; `request` makes a repetition answer with the step it took the first time;
    `trigger` names the rule or deadline by which the system acts. Raises `Refused` with every blocker, `Stale`,
    or `NotFound`.
    """
    held = instance if isinstance(instance, Held) else await look_at(instance, request)
    for tried in range(TRIES):
        if tried:
            held = await look_at(held.instance.id, request)
        if held.repeated and request:
            repeated = await step_by_request(held.instance.id, request)
            assert repeated is not None
            return repeated
        definition = current().definition(held.instance.workflow)
        chosen = _transition(definition, transition)
        if revision is not None and revision != held.instance.revision:
            break
        attempt = await _attempt(held, definition, chosen, by, now, trigger)
        attempt.comment, attempt.fields = comment.strip(), _said(chosen, fields or {})
        _decide(attempt)
        step = await _take(held, attempt, request=request, now=now)
        if step:
            return step
    raise Stale("Somebody else has taken a step since you opened this page. Look at it again before you go on.")


async def _take(held: Held, attempt: Attempt, *, request: str | None, now: datetime) -> Step | None:
    """None if somebody else was faster: a step is written only where the instance still stands at the revision that it
    was decided on, so nothing is locked while it is decided."""
    effects = attempt.transition.effects
    if not effects:
        return await record(held, attempt, request=request, now=now)
    async with DB.transaction():
        step = await record(held, attempt, request=request, now=now)
        if step:
            for name in effects:
                await current().vocabulary.effects[name](step, attempt.by, now)
        return step


def _transition(definition: Definition, name: str) -> Transition:
    try:
        return definition.transitions[name]
    except KeyError:
        raise NotFound(f"The workflow “{definition.name}” has no step “{name}”.") from None


def _said(step: Transition, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the step asks for goes into the history, not whatever else a form carried."""
    return {field.name: fields[field.name] for field in step.fields if fields.get(field.name) not in (None, "")}


async def _attempt(
    held: Held, definition: Definition, step: Transition, by: Actor, now: datetime, trigger: str | None
) -> Attempt:
    """What decides the step is gathered now. What decides other steps from here is kept in the history beside it, from
    the stored facts, which every change of a record brings up to date."""
    vocabulary, state = current().vocabulary, held.instance.state
    decisive = definition.facts_of(step, trigger)
    known = definition.facts_at(state) | decisive
    beside = known & vocabulary.stored - decisive
    facts = await vocabulary.gather(definition.subject, held.instance.subject, as_of=now.date(), names=known - beside)
    return Attempt(definition, step, state, by, held.standing, facts, trigger=trigger, beside=beside)


def _decide(attempt: Attempt) -> None:
    workflows, name = current(), attempt.definition.name
    if not move(workflows.machines[name], workflows.rules[name].blockers, attempt):
        raise Refused(attempt.blockers)
