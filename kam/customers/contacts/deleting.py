"""Taking a contact away from one customer, or deleting and restoring them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.contacts.queries import customers_of, locked, place
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.changing import change


async def detach(contact: UUID, customer: UUID, *, by: Viewer, now: datetime) -> None:
    """Raises Invalid at the last customer, because a contact of nobody could never be found again."""
    by.require("write_contacts")
    async with DB.transaction():
        await locked(by, contact)
        before = await place(by, contact, customer)
        if len(await customers_of(contact)) == 1:
            raise Invalid({"contact": N_("This is the contact's only customer. Delete the contact instead.")})
        await DB.execute("DELETE FROM contact_role WHERE id = $1", before["id"])
        await DB.execute(
            "UPDATE contact_role SET reports_to = NULL WHERE customer = $1 AND reports_to = $2", customer, contact
        )
        await recording.record(
            "contact", contact, "detached", by=by.id, at=now, customer=customer,
            changes={"job": [before["job"], None], "stance": [before["stance"], None]},
        )  # fmt: skip
        await refresh_one(customer, as_of=by.as_of(now), now=now)


async def delete(contact: UUID, *, by: Viewer, now: datetime) -> None:
    by.require("write_contacts")
    async with DB.transaction():
        before = await locked(by, contact)
        await _mark(contact, before, now, recording.DELETED, by=by, now=now)


async def restore(contact: UUID, *, by: Viewer, now: datetime) -> None:
    """Raises NotFound for a contact that is not deleted."""
    by.require("write_contacts")
    async with DB.transaction():
        before = await locked(by, contact, deleted=True)
        await _mark(contact, before, None, recording.RESTORED, by=by, now=now)


async def _mark(
    contact: UUID, before: Mapping[str, Any], deleted_at: datetime | None, event: str, *, by: Viewer, now: datetime
) -> None:
    customers = await customers_of(contact)
    await change("contact", before, {"deleted_at": deleted_at}, by=by.id, at=now, event=event, customer=customers[0])
    for customer in customers:
        await refresh_one(customer, as_of=by.as_of(now), now=now)
