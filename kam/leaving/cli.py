"""Letting somebody go from the command line, by the same rule as on the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from kam.errors import DomainError
from kam.leaving.deactivating import Holds
from kam.leaving.deactivating import deactivate as let_go
from kam.leaving.holdings import Holding, held_by, mark_of
from kam.people.resetting import person_of
from kam.workflow.actors import SYSTEM


async def deactivate(email: str, *, yes: bool, now: datetime, say: Callable[[str], object]) -> None:
    """Says what they hold, and lets them go if that is nothing, or with `yes`."""
    person = await person_of(email)
    holdings = await held_by(person)
    for one in holdings:
        say(_line(one))
    try:
        await let_go(person, seen=mark_of(holdings) if yes else "", by=SYSTEM, now=now)
    except Holds:
        raise DomainError(
            f"{email} was not deactivated: somebody waits for the above. Hand it over, or say --yes."
        ) from None
    say(f"{email} can no longer sign in.")


def _line(one: Holding) -> str:
    names = ", ".join(name for name, _ in one.first) + (" …" if one.count > len(one.first) else "")
    return f"{one.title}: {one.count} ({names})"
