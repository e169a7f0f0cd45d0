"""Letting somebody go, or giving them another role, from the command line: by the same rule as on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kam.errors import DomainError
from kam.leaving.deactivating import Holds
from kam.leaving.deactivating import deactivate as let_go
from kam.leaving.holdings import Holding, held_by, mark_of
from kam.leaving.losing import change_role
from kam.people.resetting import person_of
from kam.workflow.actors import SYSTEM


async def deactivate(email: str, *, yes: bool, to: str = "", now: datetime, say: Callable[[str], object]) -> None:
    """Says what they hold, and lets them go if that is nothing, or with `yes`; what can be goes `to` a successor."""
    person = await person_of(email)
    successor = await person_of(to) if to else None
    holdings = await held_by(person)
    for one in holdings:
        say(_line(one))
    try:
        await let_go(person, seen=mark_of(holdings) if yes else "", to=successor, by=SYSTEM, now=now)
    except Holds:
        raise DomainError(
            f"{email} was not deactivated: somebody waits for the above. Hand it over, or say --yes."
        ) from None
    say(f"{email} can no longer sign in.")


async def give_role(email: str, role: str, *, yes: bool, now: datetime, say: Callable[[str], object]) -> None:
    """Says what they hold and could no longer look after; changes the role if that is nothing, or with `yes`."""
    try:
        await change_role(email, role, now=now)
    except Holds as holds:
        for one in holds.holdings:
            say(_line(one))
        if not yes:
            raise DomainError(
                f"{email} has the role as before: with this one they could not look after the above. "
                "Hand it over, or say --yes."
            ) from None
        await change_role(email, role, seen=mark_of(holds.holdings), now=now)
    say(f"{email} is now {role}.")


def _line(one: Holding) -> str:
    names = ", ".join(name for name, _ in one.first) + (" …" if one.count > len(one.first) else "")
    return f"{one.title}: {one.count} ({names})"
