"""Starting a plan for a customer and a period, from nothing or carried over from an earlier plan."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from kam.customers.queries import locked
from kam.database.engine import DB
from kam.people.viewer import Viewer
from kam.plans.carrying_over import carry_over, head_of
from kam.plans.kind import PLAN
from kam.plans.queries import held
from kam.records.adding import add


async def start(
    customer: UUID,
    *,
    title: str,
    period_start: date,
    period_end: date,
    by: Viewer,
    now: datetime,
    carried_over_from: UUID | None = None,
) -> UUID:
    """The new plan, a draft whose author is `by`.

    Raises NotFound for a customer or an earlier plan that `by` does not see, Invalid for a wrong or taken period.
    """
    values = {"title": title, "period_start": period_start, "period_end": period_end}
    async with DB.transaction():
        await locked(by, customer)
        earlier = await held(by, carried_over_from) if carried_over_from else None
        head = head_of(earlier, customer) if earlier else {}
        reckoned = {"author": by.id, "supersedes": carried_over_from}
        plan = await add(PLAN, values | head, by=by, now=now, customer=customer, reckoned=reckoned)
        if earlier:
            await carry_over(earlier, plan, customer, as_of=by.as_of(now))
    return plan
