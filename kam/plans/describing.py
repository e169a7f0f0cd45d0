"""Changing what a plan is about: title, period and budget."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from kam.customers.queries import locked
from kam.database.engine import DB
from kam.people.viewer import Viewer
from kam.plans.kind import PLAN
from kam.plans.queries import find
from kam.plans.writable import draft
from kam.records.editing import edit


async def describe(
    plan: UUID, *, title: str, period_start: date, period_end: date, budget: Decimal | None = None,
    by: Viewer, now: datetime, revision: int | None = None,
) -> None:  # fmt: skip
    """Raises Invalid for a period in which another plan of the customer is in preparation, as starting one does."""
    values = {"title": title, "period_start": period_start, "period_end": period_end, "budget": budget}
    async with DB.transaction():
        await locked(by, (await find(by, plan))["customer"])
        await draft(by, plan, now=now)
        await edit(PLAN, plan, values, by=by, now=now, revision=revision)
