"""Putting a customer on the blacklist, with a reason, and taking it off again.

It is a field and no workflow: a customer is on it or not, whatever else it is in, nobody approves it and nothing falls
due; what it forbids is said by guards and conditions, which ask for the fact `blacklisted`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.kind import CUSTOMER
from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records.editing import change
from kam.records.finding import locked

# What a reader takes in at a glance; longer stories belong in a logged contact.
LONGEST_REASON = 1000


async def blacklist(customer: UUID, reason: str, *, by: Viewer, now: datetime) -> None:
    """Raises Invalid without a reason: whoever meets the customer later must be able to judge it."""
    if not reason.strip():
        raise Invalid({"reason": N_("Say why, so that others can judge it later.")})
    await _mark(
        customer, {"blacklisted_at": now, "blacklisted_by": by.id, "blacklist_reason": reason.strip()}, by=by, now=now
    )


async def clear(customer: UUID, *, by: Viewer, now: datetime) -> None:
    await _mark(customer, {"blacklisted_at": None, "blacklisted_by": None, "blacklist_reason": ""}, by=by, now=now)


async def _mark(customer: UUID, values: dict[str, Any], *, by: Viewer, now: datetime) -> None:
    by.require("blacklist_customers")
    async with DB.transaction():
        await change(CUSTOMER, await locked(CUSTOMER, by, customer), values, by=by, now=now)
