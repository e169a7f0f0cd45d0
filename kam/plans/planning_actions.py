"""Planning initiatives and the actions in them, each action with an owner and a date."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.plans import entries
from kam.plans.queries import Row, hold_one_of_us
from kam.plans.writable import draft


async def plan_initiative(
    plan: UUID, *, title: str, strategy: str = "", objective: UUID | None = None, by: Viewer, now: datetime,
    initiative: UUID | None = None,
) -> UUID:  # fmt: skip
    """Adds an initiative, or changes the one given; `objective` is one of the same plan."""
    if not title.strip():
        raise Invalid({"title": N_("Give the initiative a name.")})
    async with DB.transaction():
        row = await draft(by, plan, now=now)
        if objective is not None:
            await entries.entry("objective", objective, plan)
        values = {"title": title.strip(), "strategy": strategy.strip(), "objective": objective}
        if initiative is None:
            return await entries.add("initiative", plan, values, plan=row, by=by.id, at=now)
        before = await entries.entry("initiative", initiative, plan)
        await entries.change("initiative", before, values, plan=row, by=by.id, at=now)
        return initiative


async def remove_initiative(plan: UUID, initiative: UUID, *, by: Viewer, now: datetime) -> None:
    """Its actions go with it; the history keeps them."""
    async with DB.transaction():
        row = await draft(by, plan, now=now)
        before = await entries.entry("initiative", initiative, plan)
        for action in await DB.fetch("SELECT * FROM action WHERE initiative = $1", initiative):
            await entries.remove("action", action, plan=row, by=by.id, at=now)
        await entries.remove("initiative", before, plan=row, by=by.id, at=now)


async def plan_action(
    plan: UUID, initiative: UUID, *, title: str, owner: UUID | None = None, due_on: date | None = None, by: Viewer,
    now: datetime, action: UUID | None = None,
) -> UUID:  # fmt: skip
    """Adds an action to the initiative, or changes the one given."""
    if not title.strip():
        raise Invalid({"title": N_("Say what is to be done.")})
    async with DB.transaction():
        row = await draft(by, plan, now=now)
        await entries.entry("initiative", initiative, plan)
        await require_one_of_us(row, owner)
        values = {"title": title.strip(), "owner": owner, "due_on": due_on}
        if action is None:
            return await entries.add("action", initiative, values, plan=row, by=by.id, at=now)
        before = await entries.entry("action", action, plan)
        await entries.change("action", before, values, plan=row, by=by.id, at=now)
        return action


async def remove_action(plan: UUID, action: UUID, *, by: Viewer, now: datetime) -> None:
    async with DB.transaction():
        row = await draft(by, plan, now=now)
        before = await entries.entry("action", action, plan)
        await entries.remove("action", before, plan=row, by=by.id, at=now)


async def require_one_of_us(plan: Row, owner: UUID | None) -> None:
    """Nobody gets a task for a customer that they cannot see."""
    if owner is not None and not await hold_one_of_us(plan, owner):
        raise Invalid({"owner": N_("Choose somebody of the account team or of the customer's team.")})
