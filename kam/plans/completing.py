"""Completing an action, and opening it again: the one thing that goes on changing while a plan is in execution."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.facts.storing import refresh_one
from kam.people.viewer import Viewer
from kam.plans import entries
from kam.plans.writable import in_use


async def complete(plan: UUID, action: UUID, *, by: Viewer, now: datetime) -> None:
    """Twice is once: an action that is done keeps the moment at which it was."""
    await _mark(plan, action, now, by=by, now=now)


async def reopen(plan: UUID, action: UUID, *, by: Viewer, now: datetime) -> None:
    await _mark(plan, action, None, by=by, now=now)


async def _mark(plan: UUID, action: UUID, done_at: datetime | None, *, by: Viewer, now: datetime) -> None:
    async with DB.transaction():
        row = await in_use(by, plan)
        before = await entries.entry("action", action, plan)
        if (before["done_at"] is None) == (done_at is None):
            return
        await entries.change("action", before, {"done_at": done_at}, plan=row, by=by.id, at=now)
        await refresh_one(row["customer"], as_of=by.as_of(now), now=now)
