"""Adding a contact: a new person at a customer, or a known one at a further customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.contacts import fields
from kam.customers.contacts.queries import find
from kam.customers.queries import locked
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.submitting import Submission

PERSON = ("name", "name_zh", "email", "phone", "preferred_channel", "birthday", "notes")
ROLE = ("job", "department", "reports_to", "influence", "stance", "covered_by", "main")
USUAL = {
    **dict.fromkeys(PERSON, ""), "birthday": None, "job": "", "department": "", "reports_to": None, "influence": 3,
    "stance": "neutral", "covered_by": None, "main": False,
}  # fmt: skip


async def add(customer: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, key: UUID | None = None) -> UUID:
    """The id of the new contact; a repeated `key` answers with the contact it made the first time."""
    by.require("write_contacts")
    person, role = fields.of_person({"name": "", **values}), fields.of_role(values)
    contact = key or new_id()
    said = {name: [None, value] for name, value in {**person, **role}.items() if value not in ("", None)}
    sent = Submission(contact, "contact", said, customer=customer, by=by.id)
    async with DB.transaction():
        await locked(by, customer)
        if key and await sent.is_repeated():
            return contact
        await require_known_here(customer, role)
        if not await _insert(contact, {**USUAL, **person}, by, now):
            return await sent.made_meanwhile()
        await _place(contact, customer, {**USUAL, **role})
        await recording.record("contact", contact, recording.CREATED, by=by.id, at=now, customer=customer, changes=said)
        await refresh_one(customer, as_of=by.as_of(now), now=now)
    return contact


async def attach(contact: UUID, customer: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime) -> None:
    """Makes a known contact one of a further customer. Raises Invalid if they are that already."""
    by.require("write_contacts")
    role = fields.of_role(values)
    async with DB.transaction():
        await locked(by, customer)
        await find(by, contact)
        await require_known_here(customer, role)
        if not await _place(contact, customer, {**USUAL, **role}):
            raise Invalid({"contact": N_("This contact already belongs to the customer.")})
        await recording.record(
            "contact", contact, "attached", by=by.id, at=now, customer=customer,
            changes={name: [None, value] for name, value in role.items() if value not in ("", None)},
        )  # fmt: skip
        await refresh_one(customer, as_of=by.as_of(now), now=now)


async def require_known_here(customer: UUID, role: Mapping[str, Any], *, contact: UUID | None = None) -> None:
    """Raises Invalid unless the superior is somebody else at the same customer and the cover one of our people."""
    faults = {}
    if role.get("reports_to") and not await _can_report_to(customer, contact, role["reports_to"]):
        faults["reports_to"] = N_("Choose somebody at the same customer who does not report to this contact.")
    if role.get("covered_by") and not await DB.fetchval(
        "SELECT 1 FROM person WHERE id = $1 AND active", role["covered_by"]
    ):
        faults["covered_by"] = N_("Choose one of our people.")
    if faults:
        raise Invalid(faults)


async def _can_report_to(customer: UUID, contact: UUID | None, boss: UUID) -> bool:
    """A circle of superiors could not be drawn, and is always a slip."""
    above = await DB.fetch(
        """
        WITH RECURSIVE above AS (
            SELECT contact, reports_to FROM contact_role WHERE customer = $1 AND contact = $2
            UNION SELECT r.contact, r.reports_to FROM contact_role r JOIN above ON r.contact = above.reports_to
            WHERE r.customer = $1
        ) SELECT contact FROM above
        """,
        customer, boss,
    )  # fmt: skip
    return bool(above) and contact not in {row["contact"] for row in above}


async def _insert(contact: UUID, values: Mapping[str, Any], by: Viewer, now: datetime) -> bool:
    made = await DB.fetchval(
        f"""
        INSERT INTO contact (id, {", ".join(PERSON)}, created_at, updated_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) ON CONFLICT (id) DO NOTHING RETURNING id
        """,
        contact, *(values[name] for name in PERSON), now, by.id,
    )  # fmt: skip
    return made is not None


async def _place(contact: UUID, customer: UUID, values: Mapping[str, Any]) -> bool:
    made = await DB.fetchval(
        f"""
        INSERT INTO contact_role (id, contact, customer, {", ".join(ROLE)})
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (contact, customer) DO NOTHING RETURNING id
        """,
        new_id(), contact, customer, *(values[name] for name in ROLE),
    )  # fmt: skip
    return made is not None
