"""One plan in preparation for each customer and time."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_

IN_PREPARATION = N_("This customer already has a plan in preparation for this time. Open that one.")
_TAKEN = """
SELECT plan.title FROM plan
JOIN workflow_instance instance ON instance.workflow = 'account_plan' AND instance.subject = plan.id
WHERE plan.customer = $1 AND plan.deleted_at IS NULL AND instance.state IN ('draft', 'submitted')
  AND plan.period_start <= $3 AND plan.period_end >= $2 AND plan.id IS DISTINCT FROM $4
LIMIT 1 FOR SHARE OF instance
"""


async def require_free(customer: UUID, first: date, last: date, *, but: UUID | None = None) -> None:
    """Two drafts for the same time would be written past each other. Who asks holds the customer; `but` is their own
    plan."""
    if await DB.fetchval(_TAKEN, customer, first, last, but) is not None:
        raise Invalid({"period_start": IN_PREPARATION})
