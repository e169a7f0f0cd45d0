"""Setting objectives: what will be different, measured by which fact, from where to where, until when."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.plans import entries, measuring
from kam.plans.queries import Row
from kam.plans.writable import draft


async def set_objective(
    plan: UUID, *, title: str, fact: str = "", baseline: Decimal | None = None, target: Decimal | None = None,
    due_on: date | None = None, by: Viewer, now: datetime, objective: UUID | None = None,
) -> UUID:  # fmt: skip
    """Adds an objective, or changes the one given. Without a baseline the fact's value of today becomes it."""
    _check(title, fact)
    async with DB.transaction():
        row = await draft(by, plan, now=now)
        if fact and baseline is None:
            baseline = await _today(row, fact, by.as_of(now))
        values: dict[str, Any] = {
            "title": title.strip(), "fact": fact, "baseline": baseline, "target": target, "due_on": due_on,
        }  # fmt: skip
        if objective is None:
            return await entries.add("objective", plan, values, plan=row, by=by.id, at=now)
        before = await entries.entry("objective", objective, plan)
        await entries.change("objective", before, values, plan=row, by=by.id, at=now)
        return objective


async def remove_objective(plan: UUID, objective: UUID, *, by: Viewer, now: datetime) -> None:
    """Initiatives that served it stay, without an objective."""
    async with DB.transaction():
        row = await draft(by, plan, now=now)
        before = await entries.entry("objective", objective, plan)
        await DB.execute("UPDATE initiative SET objective = NULL WHERE objective = $1", objective)
        await entries.remove("objective", before, plan=row, by=by.id, at=now)


def _check(title: str, fact: str) -> None:
    faults = {}
    if not title.strip():
        faults["title"] = N_("Say in a few words what will be different.")
    if fact and fact not in measuring.measures():
        faults["fact"] = N_("Choose one of the measures in the list.")
    if faults:
        raise Invalid(faults)


async def _today(plan: Row, fact: str, as_of: date) -> Decimal | None:
    value = (await measuring.values(plan["customer"], as_of=as_of)).get(fact)
    return None if value is None else Decimal(str(value))
