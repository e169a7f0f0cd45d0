"""A warning as pages show it: why the customer stands there, what is due, and what the viewer can do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kam.language import Titles
from kam.people.viewer import Viewer
from kam.warnings.explaining import Reason, deadline_title, reason
from kam.warnings.queries import Warned
from kam.workflow.options import Option, options_of
from kam.workflow.registry import current


@dataclass(frozen=True, slots=True)
class Shown:
    """`options` are the steps from the level, each with what stands in the viewer's way."""

    warned: Warned
    reason: Reason
    deadline: Titles | None
    options: tuple[Option, ...]


async def shown(found: Iterable[Warned], viewer: Viewer, language: str, *, now: datetime) -> list[Shown]:
    """All of them at once: the number of statements does not grow with that of the warnings."""
    warnings = list(found)
    possible = await options_of([one.instance for one in warnings], by=viewer, now=now)
    return [_shown(one, viewer, language, possible.get(one.instance, ())) for one in warnings]


def steps(found: Iterable[Shown]) -> list[tuple[UUID, str]]:
    """The steps (instance, transition) that are offered with these warnings."""
    return [(option.instance, option.transition) for one in found for option in one.options]


def _shown(warned: Warned, viewer: Viewer, language: str, possible: tuple[Option, ...]) -> Shown:
    workflows = current()
    return Shown(
        warned, reason(workflows, warned, viewer, language), deadline_title(workflows, warned.deadline), possible
    )
