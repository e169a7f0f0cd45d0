"""Starting a plan for a customer and a period, from nothing or carried over from an earlier plan."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from kam.customers.queries import locked
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.plans.carrying_over import carry_over
from kam.plans.queries import WORKFLOW, held
from kam.records.recording import CREATED, record
from kam.workflow.beginning import begin


async def start(
    customer: UUID, *, title: str, period_start: date, period_end: date, by: Viewer, now: datetime,
    carried_over_from: UUID | None = None,
) -> UUID:  # fmt: skip
    """The new plan, a draft whose author is `by`.

    Raises NotFound for a customer or an earlier plan that `by` does not see, Invalid for a wrong or taken period.
    """
    by.require("write_plans")
    check(title, period_start, period_end)
    async with DB.transaction():
        row = await locked(by, customer)
        await require_free(customer, period_start, period_end)
        plan = new_id()
        await DB.execute(
            """
            INSERT INTO plan (id, customer, title, period_start, period_end, currency, author, created_at, updated_at,
                              revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 1)
            """,
            plan, customer, title.strip(), period_start, period_end, row["currency"], by.id, now,
        )  # fmt: skip
        await begin(WORKFLOW, plan, customer, now=now)
        if carried_over_from:
            earlier = await held(by, carried_over_from)
            await carry_over(earlier, plan, customer, as_of=by.as_of(now))
        await record("plan", plan, CREATED, by=by.id, at=now, customer=customer, changes={"title": [None, title]})
    return plan


def check(title: str, period_start: date, period_end: date) -> None:
    faults = {}
    if not title.strip():
        faults["title"] = N_("Give the plan a title, such as “Key-account plan 2027”.")
    if period_end <= period_start:
        faults["period_end"] = N_("The period must end after it begins.")
    elif (period_end - period_start).days > 366 * 5:
        faults["period_end"] = N_("A plan covers at most five years. Choose an earlier end.")
    if faults:
        raise Invalid(faults)


async def require_free(customer: UUID, first: date, last: date, *, but: UUID | None = None) -> None:
    """Two drafts for the same time would be written past each other. Who asks holds the customer; `but` is their own
    plan."""
    taken = await DB.fetchval(
        """
        SELECT plan.title FROM plan
        JOIN workflow_instance instance ON instance.workflow = 'account_plan' AND instance.subject = plan.id
        WHERE plan.customer = $1 AND plan.deleted_at IS NULL AND instance.state IN ('draft', 'submitted')
          AND plan.period_start <= $3 AND plan.period_end >= $2 AND plan.id IS DISTINCT FROM $4
        LIMIT 1 FOR SHARE OF instance
        """,
        customer, first, last, but,
    )  # fmt: skip
    if taken is not None:
        message = N_("This customer already has a plan in preparation for this time. Open that one.")
        raise Invalid({"period_start": message})
