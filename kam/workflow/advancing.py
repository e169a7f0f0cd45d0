"""The one door for a change of state: pages, board, bulk actions, import, API, deadlines and triggers all come here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid, NotFound, Refused, Stale
from kam.language import N_
from kam.workflow.actors import Actor
from kam.workflow.deciding import Attempt
from kam.workflow.definition import Definition, Transition
from kam.workflow.history import Step, step_by_request
from kam.workflow.instances import Held, hold, look_at
from kam.workflow.machine import move
from kam.workflow.recording import intended, record
from kam.workflow.registry import current
from kam.workflow.seeing import confirm, names_seen

TRIES = 5  # at a step that others take at the same time; each decides anew on what they left

OVERTAKEN = N_("Somebody else has taken a step since you opened this page. Look at it again before you go on.")
NO_REVISION = N_("The form does not say what it was opened on. Load the page again and repeat the step.")
SENT_BEFORE = N_("This form was sent before, with other content or by somebody else. Load the page again to go on.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A step as it was asked for; `said` is what goes into its fields."""

    step: Transition
    by: Actor
    now: datetime
    comment: str
    said: Mapping[str, Any]
    revision: int | None
    request: str | None
    trigger: str | None


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
    `revision` is the one that was seen (`Held.revision`), which a person always names; `request` makes a repetition
    answer with the step it took the first time; `trigger` names the rule or deadline by which the system acts. Raises
    `Refused` with every blocker, `Stale`, `Invalid`, or `NotFound`.
    """
    held = instance if isinstance(instance, Held) else await look_at(instance, request)
    definition = current().definition(held.instance.workflow)
    step = _transition(definition, transition)
    if by.id is not None and revision is None:
        raise Invalid({"revision": NO_REVISION})
    said = _said(step, fields or {})
    asked = _Asked(step, by, now, comment.strip(), said, revision, request, trigger)
    if not (_decided_while_held(definition, step, trigger) or _guarded(held, definition, step)):
        return await _advance(held, definition, asked)
    async with DB.transaction():
        await hold(held.instance)
        return await _advance(await look_at(held.instance.id, request), definition, asked)


def _decided_while_held(definition: Definition, step: Transition, trigger: str | None) -> bool:
    """What is fixed by effects must be what was decided on, and the facts of a record itself must not change between.
    Other steps lock nothing while they are decided."""
    return bool(step.effects or definition.facts_of(step, trigger) - current().vocabulary.stored)


def _guarded(held: Held, definition: Definition, step: Transition) -> bool:
    """Nobody else may come under a guard with this one: what it asks counts them both."""
    return current().vocabulary.guarded(definition, held.instance.state, step.target)


async def _advance(held: Held, definition: Definition, asked: _Asked) -> Step:
    for tried in range(TRIES):
        if tried:
            held = await look_at(held.instance.id, asked.request)
        if held.repeated and asked.request:
            return await _taken_before(held, asked, asked.request)
        if asked.by.id is not None:
            await confirm(asked.step, held.instance.subject, asked.said)
        if asked.revision is not None and asked.revision != held.revision:
            break
        attempt = await _attempt(held, definition, asked)
        _decide(attempt)
        step = await _take(held, attempt, asked, again=tried > 0)
        if step:
            return step
    raise Stale(OVERTAKEN)


async def _taken_before(held: Held, asked: _Asked, request: str) -> Step:
    """The step that this very request took; another one under the same name is no repetition."""
    step = await step_by_request(held.instance.id, request)
    assert step is not None
    names = _names(asked.step)
    said = {name: str(value) for name, value in step.fields.items() if name in names}
    same = (
        (step.transition, step.by, step.comment) == (asked.step.name, asked.by.id, asked.comment)
        and said == {name: str(value) for name, value in asked.said.items()}
        and (held.own is not None or asked.revision in (None, step.number - 1))
    )
    if not same:
        raise Stale(SENT_BEFORE)
    return step


async def _take(held: Held, attempt: Attempt, asked: _Asked, *, again: bool) -> Step | None:
    """None if somebody else was faster: a step is written only where the instance still stands at the revision that it
    was decided on. The facts come last of all rows that a step takes."""
    vocabulary, day = current().vocabulary, asked.by.as_of(asked.now)
    if not (again or attempt.transition.effects) and attempt.definition.name in vocabulary.reflections:
        step = intended(held, attempt, request=asked.request, now=asked.now)
        return await record(held, attempt, step, day=day)
    async with DB.joined():
        step = intended(held, attempt, request=asked.request, now=asked.now)
        for name in attempt.transition.effects:
            kept = await vocabulary.effects[name].cause(step, asked.by, asked.now)
            step = replace(step, fields={**step.fields, **kept})
        taken = await record(held, attempt, step)
        if taken and vocabulary.admit and _guarded(held, attempt.definition, attempt.transition):
            await vocabulary.admit(taken, asked.by, asked.now)
        if taken and taken.customer and vocabulary.reflect:
            await vocabulary.reflect(taken.customer, taken.workflow, as_of=day, now=asked.now)
        return taken


def _transition(definition: Definition, name: str) -> Transition:
    try:
        return definition.transitions[name]
    except KeyError:
        raise NotFound(f"The workflow “{definition.name}” has no step “{name}”.") from None


def _said(step: Transition, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the step asks for goes into the history, not whatever else a form carried; space says nothing."""
    said = {name: fields[name] for name in _names(step) if name in fields}
    said = {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}
    return {name: value for name, value in said.items() if value not in (None, "")}


def _names(step: Transition) -> list[str]:
    return [*(field.name for field in step.fields), *names_seen(step)]


async def _attempt(held: Held, definition: Definition, asked: _Asked) -> Attempt:
    """What decides the step is gathered now. What decides other steps from here is kept in the history beside it, from
    the stored facts, which every change of a record brings up to date."""
    vocabulary, state, step = current().vocabulary, held.instance.state, asked.step
    decisive = definition.facts_of(step, asked.trigger)
    known = definition.facts_at(state) | decisive
    beside = known & vocabulary.stored - decisive
    subject, day = held.instance.subject, asked.by.as_of(asked.now)
    facts = await vocabulary.gather(definition.subject, subject, as_of=day, names=known - beside)
    return Attempt(
        definition, step, state, asked.by, held.standing, facts, asked.comment, asked.said, asked.trigger, beside=beside
    )


def _decide(attempt: Attempt) -> None:
    workflows, name = current(), attempt.definition.name
    if not move(workflows.machines[name], workflows.rules[name].blockers, attempt):
        raise Refused(attempt.blockers)
