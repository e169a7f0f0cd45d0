"""How far an objective has come: the customer's fact today, between where it began and where it should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.facts.catalogue import current
from kam.facts.declare import DECIMAL, INTEGER, Fact
from kam.facts.gathering import gather
from kam.plans.queries import Row

ON_TRACK = "on_track"
BEHIND = "behind"
REACHED = "reached"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Measured:
    """An objective with its fact's value. `progress` is in per cent of the way, from 0 to 100, None if not known."""

    objective: Row
    fact: Fact | None
    current: Decimal | None
    progress: int | None
    standing: str


def measures() -> Mapping[str, Fact]:
    """The facts of a customer that an objective can be measured by: those that are numbers."""
    return {name: fact for name, fact in current().customer_facts.items() if fact.kind in (DECIMAL, INTEGER)}


async def values(customer: UUID, *, as_of: date) -> Mapping[str, Any]:
    return await gather("customer", customer, as_of=as_of)


def measure(
    objective: Row, facts: Mapping[str, Any], known: Mapping[str, Fact], *, start: date, as_of: date
) -> Measured:
    """`start` is the plan's first day: from there to the due date the objective should come nearer evenly."""
    found = facts.get(objective["fact"])
    value = None if found is None else Decimal(str(found))
    done = progress(objective["baseline"], objective["target"], value)
    return Measured(
        objective, known.get(objective["fact"]), value, done, _standing(done, objective["due_on"], start, as_of)
    )


def progress(baseline: Decimal | None, target: Decimal | None, value: Decimal | None) -> int | None:
    """Per cent of the way from baseline to target, whichever of them is larger.

    >>> progress(Decimal(100), Decimal(200), Decimal(150)), progress(Decimal(40), Decimal(10), Decimal(50))
    (50, 0)
    """
    if value is None or target is None:
        return None
    first = Decimal(0) if baseline is None else baseline
    if first == target:
        return 100 if value >= target else 0
    share = (value - first) / (target - first) * 100
    return int(min(Decimal(100), max(Decimal(0), share)))


def _standing(done: int | None, due_on: date | None, start: date, as_of: date) -> str:
    if done is None:
        return UNKNOWN
    if done >= 100:
        return REACHED
    if due_on is None:
        return ON_TRACK
    whole = max(1, (due_on - start).days)
    expected = min(100, max(0, (as_of - start).days * 100 // whole))
    return ON_TRACK if done >= expected - 15 else BEHIND
