"""Giving somebody another role, once it was seen what they hold and could no longer look after with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.language import N_
from kam.leaving.deactivating import Holds
from kam.leaving.holdings import Holding, held_by, mark_of
from kam.people import changing, resetting
from kam.people.changing import locked
from kam.people.roles import ABILITIES
from kam.people.viewer import Viewer
from kam.plans.deciders import theirs_alone

UNSEEN = N_("With this role they could no longer look after what they hold. Look at the list, then save again.")
OTHER = N_("What this person holds has changed meanwhile. Look at the list again, then save again.")


async def change(
    person: UUID, values: Mapping[str, Any], *, seen: str = "", by: Viewer, now: datetime, revision: int | None = None
) -> None:
    """As `changing.change`; raises Holds as well, unless `seen` is the mark of what they would lose (`mark_of`)."""
    by.require("manage_people")
    async with DB.transaction(), _seen(person, seen):
        await changing.change(person, values, by=by, now=now, revision=revision)


async def change_role(email: str, role: str, *, seen: str = "", now: datetime) -> None:
    """As `resetting.change_role`, by the same rule."""
    person = await resetting.person_of(email)
    async with DB.transaction(), _seen(person, seen):
        await resetting.change_role(email, role, now=now)


@asynccontextmanager
async def _seen(person: UUID, seen: str) -> AsyncIterator[None]:
    """What is lost by the change within is known once it is made; it is taken back if that was not seen."""
    before = await locked(person)
    alone = await theirs_alone(person) if before["active"] else []
    yield
    after = await locked(person)
    if not before["active"] or before["role"] == after["role"]:
        return
    holdings = await _lost(person, before["role"], after["role"], alone)
    if holdings and mark_of(holdings) != seen:
        raise Holds(holdings, OTHER if seen else UNSEEN, field="role")


async def _lost(person: UUID, old: str, new: str, alone: list[UUID]) -> list[Holding]:
    """What the old role looks after and the new one may not; and what was theirs alone to approve and no longer is."""
    still = set(await theirs_alone(person))
    held = await held_by(person, alone=[one for one in alone if one not in still])
    return [one for one in held if not one.kind.ability or _may(old, one.kind.ability) > _may(new, one.kind.ability)]


def _may(role: str, ability: str) -> bool:
    return role in ABILITIES[ability]
