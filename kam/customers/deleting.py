"""Deleting a customer, which hides it everywhere, and restoring it as it was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.customers.queries import locked
from kam.database.engine import DB
from kam.facts.storing import refresh_one
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.changing import change


async def delete(customer: UUID, *, by: Viewer, now: datetime) -> None:
    by.require("write_customers")
    async with DB.transaction():
        before = await locked(by, customer)
        await change(
            "customer", before, {"deleted_at": now}, by=by.id, at=now, event=recording.DELETED, customer=customer
        )


async def restore(customer: UUID, *, by: Viewer, now: datetime) -> None:
    """Raises NotFound for a customer that is not deleted."""
    by.require("write_customers")
    async with DB.transaction():
        before = await locked(by, customer, deleted=True)
        await change(
            "customer", before, {"deleted_at": None}, by=by.id, at=now, event=recording.RESTORED, customer=customer
        )
        await refresh_one(customer, as_of=by.as_of(now), now=now)
