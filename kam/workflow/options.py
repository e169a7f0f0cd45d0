"""What can be done next with a subject, and why not: every step from its state with all that blocks it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.errors import NotFound
from kam.language import Titles, title
from kam.workflow.actors import Actor
from kam.workflow.blockers import Blocker
from kam.workflow.deciding import Attempt
from kam.workflow.definition import Definition, Field, Transition
from kam.workflow.instances import Held, Instance, instance_of, is_orphaned, look
from kam.workflow.registry import current
from kam.workflow.seeing import Seen, to_see_of

__all__ = ["Option", "Outlook", "instance_of", "options", "options_of", "outlook", "stages"]


@dataclass(frozen=True, slots=True)
class Option:
    """A step from the present state. It can be taken when there are no `blockers`; comment and fields come with it, and
    what whoever takes it has `seen`."""

    instance: UUID
    transition: str
    title: Titles
    description: Titles
    to: str
    to_title: Titles
    blockers: tuple[Blocker, ...]
    comment: str
    fields: tuple[Field, ...]
    revision: int
    approves: bool = False
    seen: Seen = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        return not self.blockers

    @property
    def needs_comment(self) -> bool:
        return self.comment == "required"

    def name(self, language: str) -> str:
        return title(self.title, language)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a subject stands in one workflow and every step from there that people take."""

    instance: Instance
    definition: Definition
    options: tuple[Option, ...]


async def options(instance: UUID, *, by: Actor, now: datetime) -> list[Option]:
    """None where the file of the workflow is gone. Raises `NotFound`."""
    held = await look("i.id = $1", instance)
    if not held and await is_orphaned(instance):
        return []
    if not held:
        raise NotFound("This workflow does not exist, or the record that it moves is gone.")
    return list((await _outlooks(held, by, now, None))[0].options)


async def options_of(instances: Collection[UUID], *, by: Actor, now: datetime) -> dict[UUID, tuple[Option, ...]]:
    """The same of many at once, by instance; those that are gone are not in it.

    One statement says where they stand and one for each kind of subject what is known of them, so a list of forty costs
    as many statements as a list of two.
    """
    held = await look("i.id = ANY($1::uuid[])", list(instances)) if instances else []
    facts, seen = await _facts_of(held, by, now), await _seen(held)
    return {one.instance.id: _outlook(one, by, facts[one.instance.subject], seen).options for one in held}


async def outlook(
    subject: UUID, *, by: Actor, now: datetime, facts: Mapping[str, Any] | None = None
) -> dict[str, Outlook]:
    """All workflows of one subject by name; `facts` saves gathering what the caller already knows."""
    found = await _outlooks(await look("i.subject = $1", subject), by, now, facts)
    return {one.instance.workflow: one for one in found}


def stages(definition: Definition, here: str, *, but: str = "") -> list[tuple[str, Titles]]:
    """The states as a bar shows them; one that the file no longer has comes first, as it leads nowhere."""
    names = definition.states if here in definition.states else [here, *definition.states]
    return [(name, definition.state(name).title) for name in names if name != but]


async def _outlooks(held: list[Held], by: Actor, now: datetime, facts: Mapping[str, Any] | None) -> list[Outlook]:
    if held and facts is None:
        subject, names = held[0].instance.subject, _facts_asked(held)
        facts = await current().vocabulary.gather(_kind(held[0]), subject, as_of=by.as_of(now), names=names)
    seen = await _seen(held)
    return [_outlook(one, by, facts or {}, seen) for one in held]


async def _facts_of(held: Sequence[Held], by: Actor, now: datetime) -> dict[UUID, Mapping[str, Any]]:
    found: dict[UUID, Mapping[str, Any]] = {}
    for kind in sorted({_kind(one) for one in held}):
        these = [one for one in held if _kind(one) == kind]
        subjects = [one.instance.subject for one in these]
        names = _facts_asked(these)
        found |= await current().vocabulary.gather_some(kind, subjects, as_of=by.as_of(now), names=names)
    return found


def _facts_asked(held: Sequence[Held]) -> frozenset[str]:
    """Every fact on which a step from where they stand depends."""
    return frozenset[str]().union(
        *(current().definition(one.instance.workflow).facts_at(one.instance.state) for one in held)
    )


def _kind(held: Held) -> str:
    return current().definition(held.instance.workflow).subject


async def _seen(held: Sequence[Held]) -> dict[tuple[str, UUID], Seen]:
    """Read after where they stand, so a form never names something newer with an older revision as if it were one."""
    return await to_see_of((step, one.instance.subject) for one in held for step in _leaving(one))


def _leaving(held: Held) -> list[Transition]:
    leaving = current().definition(held.instance.workflow).leaving(held.instance.state)
    return [step for step in leaving if step.for_people]


def _outlook(held: Held, by: Actor, facts: Mapping[str, Any], seen: Mapping[tuple[str, UUID], Seen]) -> Outlook:
    definition, subject = current().definition(held.instance.workflow), held.instance.subject
    found = tuple(
        _option(held, definition, step, by, facts, seen.get((step.name, subject), {})) for step in _leaving(held)
    )
    return Outlook(held.instance, definition, found)


def _option(
    held: Held, definition: Definition, step: Transition, by: Actor, facts: Mapping[str, Any], seen: Seen
) -> Option:
    attempt = Attempt(definition, step, held.instance.state, by, held.standing, facts, asking=True)
    return Option(
        instance=held.instance.id,
        transition=step.name,
        title=step.title,
        description=step.description,
        to=step.target,
        to_title=definition.states[step.target].title,
        blockers=current().rules[definition.name].blockers(attempt),
        comment=step.comment,
        fields=step.fields,
        revision=held.revision,
        approves=step.approves,
        seen=seen,
    )
