"""Giving a customer to an owner and a team."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.customers.creating import require_active_person
from kam.customers.queries import locked
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records.changing import change, check_revision


async def assign(
    customer: UUID, *, owner: UUID | None, team: UUID | None, by: Viewer, now: datetime, revision: int | None = None
) -> None:
    """Owner and team together, so that a customer never belongs to somebody of one team and the list of another."""
    by.require("assign_customers")
    await require_active_person(owner)
    await _require_team(team, by)
    async with DB.transaction():
        before = await locked(by, customer)
        check_revision(before, revision)
        if await change("customer", before, {"owner": owner, "team": team}, by=by.id, at=now, customer=customer):
            await refresh_one(customer, as_of=now.date(), now=now)


async def _require_team(team: UUID | None, by: Viewer) -> None:
    if team is None:
        return
    if not by.sees_all and team not in by.teams:
        raise Invalid({"team": N_("Choose one of your teams.")})
    if not await DB.fetchval("SELECT 1 FROM team WHERE id = $1", team):
        raise Invalid({"team": N_("Choose one of the teams.")})
