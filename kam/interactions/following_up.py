"""Ticking off the next step that was agreed in an interaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.interactions.kind import INTERACTION
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records.editing import change
from kam.records.finding import locked

NOTHING_AGREED = N_("No next step was agreed here.")


async def complete(interaction: UUID, *, by: Viewer, now: datetime) -> UUID:
    """The customer it concerns. Doing it twice changes nothing."""
    return await _tick(interaction, now, by=by, now=now)


async def reopen(interaction: UUID, *, by: Viewer, now: datetime) -> UUID:
    return await _tick(interaction, None, by=by, now=now)


async def _tick(interaction: UUID, done_at: datetime | None, *, by: Viewer, now: datetime) -> UUID:
    by.require(INTERACTION.ability)
    async with DB.transaction():
        before = await locked(INTERACTION, by, interaction)
        if not before["next_step"]:
            raise Invalid({"next_step": NOTHING_AGREED})
        if (before["next_step_done_at"] is None) != (done_at is None):
            await change(INTERACTION, before, {"next_step_done_at": done_at}, by=by, now=now)
        return UUID(str(before["customer"]))
