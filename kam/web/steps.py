"""All workflows of one record as its page shows them: where it stands, since when, what can be done, what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.language import Titles
from kam.people.viewer import Viewer
from kam.web.refusals import Refusal
from kam.web.refusals import astray as astray_of
from kam.workflow.definition import Definition
from kam.workflow.options import Option, outlook, stages
from kam.workflow.registry import current

_STANDING = """
    SELECT i.id, i.workflow, i.state, i.entered_at, i.started_at FROM workflow_instance i WHERE i.subject = $1
"""
_TAKEN = """
    SELECT s.instance, s.transition, s.from_state, s.to_state, s.at, s.comment, s.trigger, person.name AS by
    FROM workflow_step s LEFT JOIN person ON person.id = s.by
    WHERE s.instance = ANY($1) ORDER BY s.at DESC, s.number DESC
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken; `by` is empty where the system acted, by the rule or deadline called `rule`."""

    title: Titles
    to_title: Titles
    at: datetime
    by: str
    comment: str
    rule: Titles | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One workflow of a record. A state and a workflow that no file has any more are called by their names."""

    instance: UUID
    definition: Definition
    state: str
    since: datetime
    begun: datetime
    options: tuple[Option, ...]
    taken: tuple[Taken, ...]

    @property
    def title(self) -> Titles:
        return self.definition.title

    @property
    def state_title(self) -> Titles:
        return self.definition.state(self.state).title

    @property
    def bar(self) -> list[tuple[str, Titles]]:
        """The states as the stage bar shows them."""
        return stages(self.definition, self.state)

    @property
    def address(self) -> str:
        """Where its steps are sent."""
        return address(self.instance)


def address(instance: UUID) -> str:
    return f"/instances/{instance}/steps"


async def outlooks_of(viewer: Viewer, subject: UUID, *, now: datetime) -> list[Standing]:
    """Every workflow of a record that the caller has found for the viewer, in the order of the files."""
    there = {row["workflow"]: row for row in await DB.fetch(_STANDING, subject)}
    if not there:
        return []
    possible = await outlook(subject, by=viewer, now=now)
    taken = await DB.fetch(_TAKEN, [row["id"] for row in there.values()])
    return [
        Standing(
            instance=row["id"], definition=(definition := current().known_or_absent(name)), state=row["state"],
            since=row["entered_at"], begun=row["started_at"],
            options=possible[name].options if name in possible else (),
            taken=tuple(_taken(definition, step) for step in taken if step["instance"] == row["id"]),
        )
        for name, row in sorted(there.items(), key=lambda pair: _place(pair[0]))
    ]  # fmt: skip


def astray(found: Iterable[Standing]) -> Refusal | None:
    """The refusal of this request, if what was tried is no step that the page shows."""
    return astray_of((option.instance, option.transition) for one in found for option in one.options)


def _place(workflow: str) -> tuple[int, str]:
    order: Sequence[str] = list(current().definitions)
    return (order.index(workflow) if workflow in order else len(order), workflow)


def _taken(definition: Definition, row: Mapping[str, Any]) -> Taken:
    return Taken(
        title=definition.step_title(row["transition"]), to_title=definition.state(row["to_state"]).title,
        at=row["at"], by=row["by"] or "", comment=row["comment"], rule=definition.rule_title(row["trigger"]),
    )  # fmt: skip
