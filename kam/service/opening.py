"""Opening a case: it gets the next number of its year and, by its priority, the time by which it must be solved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.queries import locked
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.language import N_
from kam.people.owning import require_owner
from kam.people.viewer import Viewer
from kam.records import recording
from kam.service.terms import KINDS, OPEN, PRIORITIES, TIME_TO_SOLVE

_INSERT = """
INSERT INTO service_case (id, number, customer, contact, sales_order, product, kind, priority, status, subject, problem,
                          solution, owner, opened_at, due_at, created_by, updated_at, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, $13, $14, $15, $13, 1)
"""

_NEXT = "SELECT coalesce(max(substr(number, 8)::int), 0) + 1 FROM service_case WHERE number ~ $1"


async def open_case(
    customer: UUID, *, kind: str, subject: str, problem: str = "", priority: str = "normal", contact: UUID | None = None,  # noqa: E501
    sales_order: UUID | None = None, product: UUID | None = None, owner: UUID | None = None, by: Viewer, now: datetime,
) -> UUID:  # fmt: skip
    """The id of the new case. Raises Invalid with every fault at once."""
    by.require("write_service")
    check({"kind": kind, "priority": priority, "subject": subject})
    async with DB.transaction():
        await locked(by, customer)
        await require_own(customer, contact, sales_order)
        await require_owner(owner)
        case, number = new_id(), await _next_number(now)
        await DB.execute(
            _INSERT,
            case,
            number,
            customer,
            contact,
            sales_order,
            product,
            kind,
            priority,
            OPEN,
            subject.strip(),
            problem,
            owner,
            now,
            now + TIME_TO_SOLVE[priority],
            by.id,
        )
        await recording.record(
            "case",
            case,
            recording.CREATED,
            by=by.id,
            at=now,
            customer=customer,
            changes={"number": [None, number], "subject": [None, subject]},
        )
        await refresh_one(customer, as_of=by.as_of(now), now=now)
    return case


def check(values: Mapping[str, Any]) -> None:
    faults = {}
    if "subject" in values and not values["subject"].strip():
        faults["subject"] = N_("Say in a few words what it is about.")
    if "kind" in values and values["kind"] not in KINDS:
        faults["kind"] = N_("Please choose one of the list.")
    if "priority" in values and values["priority"] not in PRIORITIES:
        faults["priority"] = N_("Please choose one of the list.")
    if faults:
        raise Invalid(faults)


async def require_own(customer: UUID, contact: UUID | None, sales_order: UUID | None) -> None:
    """The contact and the order must be the customer's own, and not deleted. Raises Invalid."""
    faults = {}
    if contact and not await DB.fetchval(
        "SELECT 1 FROM contact_role r JOIN contact ON contact.id = r.contact AND contact.deleted_at IS NULL"
        " WHERE r.contact = $1 AND r.customer = $2",
        contact,
        customer,
    ):
        faults["contact"] = N_("Choose a contact of this customer.")
    if sales_order and not await DB.fetchval(
        "SELECT 1 FROM sales_order WHERE id = $1 AND customer = $2 AND deleted_at IS NULL", sales_order, customer
    ):
        faults["sales_order"] = N_("Choose an order of this customer.")
    if faults:
        raise Invalid(faults)


async def _next_number(now: datetime) -> str:
    """S-2026-00042; a lock keeps two people from getting the same."""
    await DB.execute("SELECT pg_advisory_xact_lock(hashtext('case_number'))")
    following = await DB.fetchval(_NEXT, f"^S-{now:%Y}-[0-9]+$")
    return f"S-{now:%Y}-{following:05}"
