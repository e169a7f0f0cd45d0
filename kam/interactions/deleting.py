"""Deleting an interaction, and restoring it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.facts.storing import refresh_one
from kam.interactions.queries import locked
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.changing import change


async def delete(interaction: UUID, *, by: Viewer, now: datetime) -> UUID:
    """The customer it was with."""
    by.require("write_interactions")
    async with DB.transaction():
        before = await locked(by, interaction)
        return await _mark(before, now, recording.DELETED, by=by, now=now)


async def restore(interaction: UUID, *, by: Viewer, now: datetime) -> UUID:
    """The customer it was with. Raises NotFound for an interaction that is not deleted."""
    by.require("write_interactions")
    async with DB.transaction():
        before = await locked(by, interaction, deleted=True)
        return await _mark(before, None, recording.RESTORED, by=by, now=now)


async def _mark(
    before: Mapping[str, Any], deleted_at: datetime | None, event: str, *, by: Viewer, now: datetime
) -> UUID:
    customer: UUID = before["customer"]
    values = {"deleted_at": deleted_at}
    await change("interaction", before, values, by=by.id, at=now, event=event, customer=customer)
    await refresh_one(customer, as_of=by.as_of(now), now=now)
    return customer
