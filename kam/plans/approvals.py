"""What waits for an approval: subjects in a state that a step with `approves` leaves, and whether I may take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.roles import READ_ONLY
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.workflow.options import Option, options
from kam.workflow.registry import current

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """`decide` approves; `others` are the further steps that I may take, such as sending it back."""

    workflow: str
    title: Any
    subject: UUID
    subject_title: str
    customer_name: str
    since: datetime
    asked_by: str | None
    comment: str
    link: str
    decide: Option
    others: tuple[Option, ...]

    @property
    def mine(self) -> bool:
        return self.decide.possible


async def waiting(viewer: Viewer, *, now: datetime) -> list[Waiting]:
    """The longest waiting first, at most fifty; what the viewer may not decide comes with the reasons."""
    found = [await _waiting(row, viewer, now) for row in await _instances(viewer)]
    return [one for one in found if one is not None]


async def waiting_on(viewer: Viewer, *, now: datetime) -> int:
    """How many of them wait on the viewer."""
    if viewer.role == READ_ONLY or not _deciders(viewer):
        return 0
    return sum(one.mine for one in await waiting(viewer, now=now))


def _deciders(viewer: Viewer) -> bool:
    """Without an approving step for this role or for a position, nothing can wait on the viewer."""
    return any(viewer.role in step.roles or step.positions for _, _, step in _approving())


def _approving() -> list[tuple[str, str, Any]]:
    return [
        (definition.name, state, step)
        for definition in current().definitions.values()
        for step in definition.transitions.values()
        if step.approves
        for state in step.sources
    ]


async def _instances(viewer: Viewer) -> list[Any]:
    pairs = _approving()
    params = Params([workflow for workflow, _, _ in pairs], [state for _, state, _ in pairs], SHOWN)
    sees = sees_customer(viewer, params)
    return await DB.fetch(
        f"""
        SELECT i.id, i.workflow, i.subject, i.entered_at, customer.name AS customer_name,
               coalesce(plan.title, customer.name) AS subject_title, step.comment, person.name AS asked_by
        FROM workflow_instance i
        JOIN unnest($1::text[], $2::text[]) AS approving(workflow, state)
          ON approving.workflow = i.workflow AND approving.state = i.state
        JOIN customer ON customer.id = i.customer
        LEFT JOIN plan ON plan.id = i.subject
        LEFT JOIN workflow_step step ON step.instance = i.id AND step.number = i.revision
        LEFT JOIN person ON person.id = step.by
        WHERE customer.deleted_at IS NULL AND plan.deleted_at IS NULL AND {sees}
        ORDER BY i.entered_at LIMIT $3
        """,
        *params.values,
    )


async def _waiting(row: Any, viewer: Viewer, now: datetime) -> Waiting | None:
    definition = current().definition(row["workflow"])
    every = await options(row["id"], by=viewer, now=now)
    decide = next((option for option in every if option.approves), None)
    if decide is None:
        return None
    others = tuple(option for option in every if option is not decide and option.possible)
    return Waiting(
        workflow=row["workflow"], title=definition.title, subject=row["subject"], subject_title=row["subject_title"],
        customer_name=row["customer_name"], since=row["entered_at"], asked_by=row["asked_by"],
        comment=row["comment"] or "", link=current().link(definition.subject, row["subject"]), decide=decide,
        others=others,
    )  # fmt: skip
