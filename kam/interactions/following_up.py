"""Ticking off the next step that was agreed in an interaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.interactions.queries import locked
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records.changing import change


async def complete(interaction: UUID, *, by: Viewer, now: datetime) -> UUID:
    """The customer it concerns. Doing it twice changes nothing."""
    by.require("write_interactions")
    async with DB.transaction():
        before = await locked(by, interaction)
        if not before["next_step"]:
            raise Invalid({"next_step": N_("No next step was agreed here.")})
        if before["next_step_done_at"] is None:
            values = {"next_step_done_at": now}
            await change("interaction", before, values, by=by.id, at=now, customer=before["customer"])
            await refresh_one(before["customer"], as_of=by.as_of(now), now=now)
        return UUID(str(before["customer"]))


async def reopen(interaction: UUID, *, by: Viewer, now: datetime) -> UUID:
    by.require("write_interactions")
    async with DB.transaction():
        before = await locked(by, interaction)
        values = {"next_step_done_at": None}
        if await change("interaction", before, values, by=by.id, at=now, customer=before["customer"]):
            await refresh_one(before["customer"], as_of=by.as_of(now), now=now)
        return UUID(str(before["customer"]))
