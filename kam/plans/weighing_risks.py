"""Weighing risks: how likely, how bad, and what we would do."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.plans import entries
from kam.plans.planning_actions import require_one_of_us
from kam.plans.writable import draft

SCALE = range(1, 6)
LOW, MEDIUM, HIGH = "low", "medium", "high"
WEIGHTS = {LOW: N_("Low"), MEDIUM: N_("Medium"), HIGH: N_("High")}


def weight(likelihood: int, impact: int) -> str:
    product = likelihood * impact
    return HIGH if product >= 12 else MEDIUM if product >= 6 else LOW


async def weigh_risk(
    plan: UUID, *, title: str, likelihood: int, impact: int, response: str = "", owner: UUID | None = None,
    by: Viewer, now: datetime, risk: UUID | None = None,
) -> UUID:  # fmt: skip
    """Adds a risk, or changes the one given; likelihood and impact from 1 to 5."""
    _check(title, likelihood, impact)
    async with DB.transaction():
        row = await draft(by, plan, now=now)
        await require_one_of_us(row, owner)
        values = {
            "title": title.strip(), "likelihood": likelihood, "impact": impact, "response": response.strip(),
            "owner": owner,
        }  # fmt: skip
        if risk is None:
            return await entries.add("risk", plan, values, plan=row, by=by.id, at=now)
        before = await entries.entry("risk", risk, plan)
        await entries.change("risk", before, values, plan=row, by=by.id, at=now)
        return risk


async def remove_risk(plan: UUID, risk: UUID, *, by: Viewer, now: datetime) -> None:
    async with DB.transaction():
        row = await draft(by, plan, now=now)
        before = await entries.entry("risk", risk, plan)
        await entries.remove("risk", before, plan=row, by=by.id, at=now)


def _check(title: str, likelihood: int, impact: int) -> None:
    faults = {}
    if not title.strip():
        faults["title"] = N_("Say what could go wrong.")
    if likelihood not in SCALE:
        faults["likelihood"] = N_("Choose a likelihood from 1 to 5.")
    if impact not in SCALE:
        faults["impact"] = N_("Choose an impact from 1 to 5.")
    if faults:
        raise Invalid(faults)
