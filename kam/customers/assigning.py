"""Giving a customer to an owner and a team."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.customers.kind import CUSTOMER
from kam.database.engine import DB
from kam.database.uniqueness import once
from kam.errors import Invalid
from kam.language import N_
from kam.people.owning import require_owner
from kam.people.viewer import Viewer
from kam.records.changing import check_revision
from kam.records.editing import change
from kam.records.finding import locked

KEY_IN_TEAM = N_("That team has a customer with this key in the other system already. Look whether they are the same.")


async def assign(
    customer: UUID, *, owner: UUID | None, team: UUID | None, by: Viewer, now: datetime, revision: int | None = None
) -> None:
    """Owner and team together, so that a customer never belongs to somebody of one team and the list of another."""
    by.require("assign_customers")
    await _require_team(team, by)
    with once({"key_once_per_team": ("team", KEY_IN_TEAM)}):
        await _assign(customer, owner, team, by, now, revision)


async def _assign(
    customer: UUID, owner: UUID | None, team: UUID | None, by: Viewer, now: datetime, revision: int | None
) -> None:
    async with DB.transaction():
        before = await locked(CUSTOMER, by, customer)
        check_revision(before, revision)
        if owner != before["owner"]:
            await require_owner(owner)
        await change(CUSTOMER, before, {"owner": owner, "team": team}, by=by, now=now)


async def _require_team(team: UUID | None, by: Viewer) -> None:
    if team is None:
        return
    if not by.sees_all and team not in by.teams:
        raise Invalid({"team": N_("Choose one of your teams.")})
    if not await DB.fetchval("SELECT 1 FROM team WHERE id = $1", team):
        raise Invalid({"team": N_("Choose one of the teams.")})
