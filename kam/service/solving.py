"""The way of a case: changed, taken over, solved, opened again, closed, deleted and restored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.language import N_
from kam.people.owning import require_owner
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.changing import change, check_revision
from kam.service import queries
from kam.service.opening import check, require_own
from kam.service.terms import CLOSED, IN_PROGRESS, OPEN, SOLVED, TIME_TO_SOLVE, UNSOLVED

FIELDS = ("kind", "priority", "subject", "problem", "owner", "product", "contact", "sales_order")


async def change_case(
    case: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, revision: int | None = None
) -> None:
    """Sets the given fields; another priority sets another time to solve it by, counted from the opening.

    A contact or an order that has left the customer since may stay, but not come new.
    """
    known = {name: value for name, value in values.items() if name in FIELDS}
    check(known)

    async def own(before: queries.Row) -> None:
        new = {
            name: known[name] for name in ("contact", "sales_order") if known.get(name, before[name]) != before[name]
        }
        await require_own(before["customer"], new.get("contact"), new.get("sales_order"))
        if known.get("owner") != before["owner"]:
            await require_owner(known.get("owner"))

    def with_due(before: queries.Row) -> dict[str, Any]:
        priority = str(known.get("priority") or before["priority"])
        due = {} if priority == before["priority"] else {"due_at": before["opened_at"] + TIME_TO_SOLVE[priority]}
        return known | due

    await _change(case, with_due, by=by, now=now, revision=revision, own=own)


async def take_over(case: UUID, *, by: Viewer, now: datetime, revision: int | None = None) -> None:
    def taken(before: queries.Row) -> dict[str, Any]:
        _require(before, UNSOLVED, N_("A case that is solved or closed must be opened again first."))
        return {"owner": by.id, "status": IN_PROGRESS}

    await _change(case, taken, by=by, now=now, revision=revision)


async def solve(case: UUID, solution: str, *, by: Viewer, now: datetime, revision: int | None = None) -> None:
    """How it was solved is required: the next one with the same problem will look for it."""
    if not solution.strip():
        raise Invalid({"solution": N_("Say how it was solved; the next person with this problem will look for it.")})

    def solved(before: queries.Row) -> dict[str, Any]:
        _require(before, UNSOLVED, N_("The case is solved already."))
        return {"status": SOLVED, "solution": solution.strip(), "solved_at": now, "owner": before["owner"] or by.id}

    await _change(case, solved, by=by, now=now, revision=revision)


async def reopen(case: UUID, *, by: Viewer, now: datetime, revision: int | None = None) -> None:
    """The solution stays to be read; the time to solve it starts anew."""

    def opened(before: queries.Row) -> dict[str, Any]:
        _require(before, (SOLVED, CLOSED), N_("The case is open already."))
        due = now + TIME_TO_SOLVE[before["priority"]]
        return {"status": IN_PROGRESS if before["owner"] else OPEN, "solved_at": None, "due_at": due}

    await _change(case, opened, by=by, now=now, revision=revision)


async def close(case: UUID, *, by: Viewer, now: datetime, revision: int | None = None) -> None:
    def closed(before: queries.Row) -> dict[str, Any]:
        _require(before, (SOLVED,), N_("Solve the case before you close it."))
        return {"status": CLOSED}

    await _change(case, closed, by=by, now=now, revision=revision)


async def delete(case: UUID, *, by: Viewer, now: datetime) -> None:
    await _change(case, lambda before: {"deleted_at": now}, by=by, now=now, event=recording.DELETED)


async def restore(case: UUID, *, by: Viewer, now: datetime) -> None:
    await _change(case, lambda before: {"deleted_at": None}, by=by, now=now, event=recording.RESTORED, deleted=True)


def _require(before: queries.Row, statuses: tuple[str, ...], message: str) -> None:
    if before["status"] not in statuses:
        raise Invalid({"": message})


async def _change(
    case: UUID, decide: Any, *, by: Viewer, now: datetime, revision: int | None = None,
    event: str = recording.CHANGED, deleted: bool = False, own: Any = None,
) -> None:  # fmt: skip
    by.require("write_service")
    async with DB.transaction():
        before = await queries.find(by, case, lock=True, deleted=deleted)
        check_revision(before, revision)
        if own:
            await own(before)
        values = decide(before)
        if await change(
            "service_case", before, values, by=by.id, at=now, kind="case", event=event, customer=before["customer"]
        ):
            await refresh_one(before["customer"], as_of=by.as_of(now), now=now)
