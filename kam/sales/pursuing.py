"""Following a possible sale: noting it, changing it, winning it, losing it with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kam.customers.queries import locked
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.language import N_
from kam.people.owning import require_owner
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.changing import change, check_revision
from kam.sales import queries
from kam.sales.fields import OPPORTUNITY
from kam.sales.terms import LOST, OPEN_STAGES, PROSPECTING, USUAL_PROBABILITY, WON

FIELDS = (
    "name", "product", "stage", "amount", "currency", "probability", "engaged_on", "expected_on", "owner", "notes",
)  # fmt: skip


async def note(customer: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime) -> UUID:
    """The id of the new opportunity; it starts open and belongs to whoever notes it unless said otherwise."""
    by.require("write_sales")
    row: dict[str, Any] = {
        "stage": PROSPECTING,
        "currency": "EUR",
        "owner": by.id,
        "notes": "",
        "engaged_on": by.today(now),
    }
    row |= {name: value for name, value in values.items() if name in FIELDS and value is not None}
    _check(row)
    async with DB.transaction():
        await locked(by, customer)
        if row["owner"] != by.id:
            await require_owner(row["owner"])
        opportunity = new_id()
        params = Params(opportunity, customer, now, by.id)
        places = ", ".join(params(value) for value in row.values())
        await DB.execute(
            f"INSERT INTO opportunity (id, customer, created_at, updated_at, created_by, lost_reason, revision, {', '.join(row)}) "  # noqa: E501
            f"VALUES ($1, $2, $3, $3, $4, '', 1, {places})",
            *params.values,
        )
        await recording.record(
            "opportunity",
            opportunity,
            recording.CREATED,
            by=by.id,
            at=now,
            customer=customer,
            changes={"name": [None, row["name"]]},
        )
        await refresh_one(customer, as_of=by.as_of(now), now=now)
    return opportunity


async def change_opportunity(
    opportunity: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, revision: int | None = None
) -> None:
    """Sets the given fields; winning and losing have verbs of their own."""
    known = {name: value for name, value in values.items() if name in FIELDS}
    _check({"name": "-", **known})
    await _change(opportunity, known, by=by, now=now, revision=revision)


async def win(
    opportunity: UUID, *, by: Viewer, now: datetime, on: date | None = None, revision: int | None = None
) -> None:
    closed = {"stage": WON, "closed_on": on or by.today(now), "probability": USUAL_PROBABILITY[WON], "lost_reason": ""}
    await _change(opportunity, closed, by=by, now=now, revision=revision)


async def lose(
    opportunity: UUID, reason: str, *, by: Viewer, now: datetime, on: date | None = None, revision: int | None = None
) -> None:
    """Losses without a reason teach nothing, so one is required."""
    if not reason.strip():
        raise Invalid({"lost_reason": N_("Say why it was lost; others will learn from it.")})
    closed = {"stage": LOST, "closed_on": on or by.today(now), "probability": 0, "lost_reason": reason.strip()}
    await _change(opportunity, closed, by=by, now=now, revision=revision)


async def reopen(opportunity: UUID, *, by: Viewer, now: datetime, revision: int | None = None) -> None:
    opened = {"stage": OPEN_STAGES[1], "closed_on": None, "probability": None, "lost_reason": ""}
    await _change(opportunity, opened, by=by, now=now, revision=revision)


async def _change(
    opportunity: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, revision: int | None
) -> None:
    by.require("write_sales")
    async with DB.transaction():
        before = await queries.find(by, "opportunity", opportunity, lock=True, deleted=False)
        check_revision(before, revision)
        if values.get("owner") not in (None, before["owner"]):
            await require_owner(values["owner"])
        if await change("opportunity", before, values, by=by.id, at=now, customer=before["customer"]):
            await refresh_one(before["customer"], as_of=by.as_of(now), now=now)


def _check(row: Mapping[str, Any]) -> None:
    faults = OPPORTUNITY.faults(row)
    if row.get("stage", PROSPECTING) not in OPEN_STAGES:
        faults["stage"] = N_("Choose an open stage; use Won or Lost to close it.")
    if faults:
        raise Invalid(faults)
