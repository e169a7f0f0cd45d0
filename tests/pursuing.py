"""Opportunities as tests speak of them: noted, changed, moved, won, lost and opened again, by the shared functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kam.people.viewer import Viewer
from kam.records.adding import add
from kam.records.editing import edit
from kam.records.finding import find as find_record
from kam.sales.kind import OPPORTUNITY
from kam.workflow.advancing import advance
from kam.workflow.history import Step
from kam.workflow.instances import instance_of, look_at


async def note(customer: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, state: str = "") -> UUID:
    return await add(OPPORTUNITY, {"owner": by.id, **values}, by=by, now=now, customer=customer, state=state)


async def change(opportunity: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, **seen: Any) -> None:
    await edit(OPPORTUNITY, opportunity, values, by=by, now=now, **seen)


async def find(by: Viewer, opportunity: UUID) -> dict[str, Any]:
    return await find_record(OPPORTUNITY, by, opportunity, deleted=None)


async def win(opportunity: UUID, *, by: Viewer, now: datetime, on: date | None = None, **seen: Any) -> Step:
    return await move(opportunity, "win", by=by, now=now, closed_on=on, **seen)


async def lose(
    opportunity: UUID, reason: str, *, by: Viewer, now: datetime, on: date | None = None, **seen: Any
) -> Step:
    return await move(opportunity, "lose", by=by, now=now, lost_reason=reason, closed_on=on, **seen)


async def reopen(opportunity: UUID, *, by: Viewer, now: datetime, **seen: Any) -> Step:
    return await move(opportunity, "reopen", by=by, now=now, **seen)


async def move(
    opportunity: UUID, step: str, *, by: Viewer, now: datetime, revision: int | None = None, **fields: Any
) -> Step:
    """On what stands there, unless another revision was seen."""
    await find_record(OPPORTUNITY, by, opportunity)
    held = await look_at((await instance_of(OPPORTUNITY.workflow, opportunity)).id, None)
    said = {name: str(value) for name, value in fields.items() if value}
    return await advance(held, step, by=by, now=now, fields=said, revision=revision or held.revision)
