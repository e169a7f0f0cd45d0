"""What whoever takes a step must have seen: offered with the step, sent back with it, and compared when it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kam.workflow.definition import Transition
from kam.workflow.registry import current
from kam.workflow.vocabulary import Effect

Seen = Mapping[str, Any]


def names_seen(step: Transition) -> tuple[str, ...]:
    """The fields in which a step says what was seen."""
    return tuple(name for effect in _effects(step) for name in effect.seen)


async def to_see(step: Transition, subject: UUID) -> Seen:
    return (await to_see_of([(step, subject)])).get((step.name, subject), {})


async def to_see_of(offered: Iterable[tuple[Transition, UUID]]) -> dict[tuple[str, UUID], Seen]:
    """The same for many steps of one workflow at once, one statement for each effect that wants something seen."""
    wanted: dict[str, list[tuple[str, UUID]]] = {}
    for step, subject in offered:
        for name in step.effects:
            wanted.setdefault(name, []).append((step.name, subject))
    found: dict[tuple[str, UUID], Seen] = {}
    for name, places in wanted.items():
        look = current().vocabulary.effects[name].look
        now_there = await look({subject for _, subject in places}) if look else {}
        for place in places:
            found[place] = {**found.get(place, {}), **now_there.get(place[1], {})}
    return found


async def confirm(step: Transition, subject: UUID, said: Seen) -> None:
    """Raises what the effects raise when somebody has seen something else than is there now."""
    for effect in _effects(step):
        if effect.confirm:
            await effect.confirm(subject, said)


def _effects(step: Transition) -> list[Effect]:
    return [current().vocabulary.effects[name] for name in step.effects]
