"""Changing what a plan is about: title, period and budget."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from kam.customers.queries import locked
from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.plans.queries import find
from kam.plans.starting import check, require_free
from kam.plans.writable import draft
from kam.records.changing import change, check_revision


async def describe(
    plan: UUID, *, title: str, period_start: date, period_end: date, budget: Decimal | None = None,
    by: Viewer, now: datetime, revision: int | None = None,
) -> None:  # fmt: skip
    """Raises Invalid for a period in which another plan of the customer is in preparation, as starting one does."""
    check(title, period_start, period_end)
    if budget is not None and budget < 0:
        raise Invalid({"budget": N_("A budget is not negative. Leave it empty if there is none.")})
    async with DB.transaction():
        customer = (await locked(by, (await find(by, plan))["customer"]))["id"]
        row = await draft(by, plan, now=now)
        check_revision(row, revision)
        if (period_start, period_end) != (row["period_start"], row["period_end"]):
            await require_free(customer, period_start, period_end, but=plan)
        values = {"title": title.strip(), "period_start": period_start, "period_end": period_end, "budget": budget}
        await change("plan", row, values, by=by.id, at=now, customer=row["customer"])
