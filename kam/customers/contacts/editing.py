"""Changing a contact: who they are (the same everywhere) and what they are at one customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.contacts import fields
from kam.customers.contacts.adding import require_known_here
from kam.customers.contacts.queries import customers_of, locked, place
from kam.customers.queries import locked as hold
from kam.database.engine import DB
from kam.database.sql import Params
from kam.facts.storing import refresh_one
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.changing import change, check_revision


async def edit(
    contact: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, revision: int | None = None,
    customer: UUID | None = None,
) -> None:  # fmt: skip
    """Sets the given fields; those of the place are set at `customer`. The revision covers both."""
    by.require("write_contacts")
    person, role = fields.of_person(values), fields.of_role(values)
    async with DB.transaction():
        if customer and role:
            await hold(by, customer)  # for all who report to each other there, so that no two close a circle
        before = await locked(by, contact)
        check_revision(before, revision)
        places = await customers_of(contact)
        changed = await change("contact", before, person, by=by.id, at=now, customer=customer or places[0])
        if customer and role:
            await _edit_place(contact, customer, role, by, now, counted=bool(changed))
        for one in places:
            await refresh_one(one, as_of=by.as_of(now), now=now)


async def _edit_place(
    contact: UUID, customer: UUID, role: Mapping[str, Any], by: Viewer, now: datetime, *, counted: bool
) -> None:
    before = await place(by, contact, customer)
    await require_known_here(customer, role, contact=contact)
    differences = recording.differences(before, role)
    if not differences:
        return
    params = Params(before["id"])
    columns = ", ".join(f"{name} = {params(role[name])}" for name in differences)
    await DB.execute(f"UPDATE contact_role SET {columns} WHERE id = $1", *params.values)
    if not counted:
        await DB.execute("UPDATE contact SET revision = revision + 1, updated_at = $2 WHERE id = $1", contact, now)
    await recording.record(
        "contact", contact, recording.CHANGED, by=by.id, at=now, customer=customer, changes=differences
    )
