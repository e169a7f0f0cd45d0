"""Letting somebody go, once it was seen what they leave behind."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_some
from kam.language import N_
from kam.leaving.handing import hand_over, leave_accounts
from kam.leaving.holdings import Holding, held_by, mark_of
from kam.people.changing import locked, require_another_administrator, write
from kam.people.roles import ADMINISTRATOR
from kam.people.signing_in import end_sessions
from kam.people.viewer import Viewer
from kam.workflow.actors import System

UNSEEN = N_("Somebody waits for what this person holds. Look at the list, then confirm.")
OTHER = N_("What this person holds has changed meanwhile. Look at the list again, then confirm.")


class Holds(Invalid):
    """`holdings` is what has to be seen first; `field` is what was to be changed."""

    def __init__(self, holdings: list[Holding], message: str, field: str = "active") -> None:
        super().__init__({field: message})
        self.holdings = holdings


async def deactivate(
    person: UUID, *, seen: str = "", to: UUID | None = None, by: Viewer | System, now: datetime
) -> None:
    """They can no longer sign in, are signed out everywhere and serve on no account team; what they did stays under
    their name. What they looked after goes `to` a successor, if one is named.

    `seen` is the mark of the list of what they hold (`holdings.mark_of`); with another one, or with none while they
    hold something, it raises Holds and changes nothing. Raises Invalid for oneself, for the last administrator, and for
    a successor who could not look after it.
    """
    if isinstance(by, Viewer):
        by.require("manage_people")
    async with DB.transaction():
        record = await locked(person)
        if not record["active"]:
            return
        if person == by.id:
            raise Invalid({"active": N_("You cannot deactivate yourself; ask another administrator.")})
        if record["role"] == ADMINISTRATOR:
            await require_another_administrator(person, "active")
        holdings = await _seen(person, seen)
        if to:
            await hand_over(person, to, holdings, by=by, now=now)
        else:
            left = await leave_accounts(person, None, by=by, now=now)
            await refresh_some(left, as_of=now.date(), now=now)
        await write(record, {"active": False}, by, now)
        await end_sessions(person)


async def _seen(person: UUID, seen: str) -> list[Holding]:
    holdings = await held_by(person)
    if mark_of(holdings) != seen and holdings:
        raise Holds(holdings, OTHER if seen else UNSEEN)
    return holdings
