"""The score of a customer, 0 to 100, and how much each fact adds to it.

Each share is rounded to hundredths of a point before the shares are added, in SQL as in Python, so that the shares
that a person sees sum to the score exactly. Both compute in doubles, which round alike everywhere and take a tenth of
the time of decimals for a million customers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kam.facts.currencies import Currencies
from kam.facts.declare import DECIMAL, INDEX, DerivedFact
from kam.language import N_
from kam.ranking.priority import LOG, Priority, Weight


@dataclass(frozen=True, slots=True)
class Contribution:
    """`share` are the points of the score that come from `value`, out of `weight` that the fact can give at most."""

    fact: str
    value: Any
    share: Decimal
    weight: Decimal


def contributions(priority: Priority, facts: Mapping[str, Any], currencies: Currencies) -> list[Contribution]:
    """What each weight adds to the score of a customer with these facts, the largest first; they sum to the score."""
    rate = float(currencies.rates.get(facts.get("currency") or "", Decimal("NaN")))
    found = [
        Contribution(weight.fact, facts[weight.fact], _share(weight, facts[weight.fact], rate), _round(weight.points))
        for weight in priority.weights
    ]
    return sorted(found, key=lambda contribution: -contribution.share)


def score(contributions: list[Contribution]) -> Decimal:
    return sum((contribution.share for contribution in contributions), Decimal("0.00"))


def score_fact(priority: Priority) -> DerivedFact:
    """The score as a fact: usable in conditions, stored and sorted by like any other."""
    return DerivedFact(
        name="score",
        title=N_("Score"),
        unit=INDEX,
        kind=DECIMAL,
        decimals=2,
        expression=f"({' + '.join(_sql(weight) for weight in priority.weights)}) / 100.0",
        help=N_("Priority of the customer from 0 to 100, by the weights of the ranking."),
        change_by=N_("See what each fact adds to the score"),
    )


def _share(weight: Weight, value: Any, rate: float) -> Decimal:
    if value is None or (weight.in_base and math.isnan(rate)):
        return Decimal("0.00")
    amount = float(value) / rate if weight.in_base else float(value)
    return _round(weight.points * min(max(_position(weight, amount), 0.0), 1.0))


def _position(weight: Weight, value: float) -> float:
    if weight.scale == LOG:
        lowest = min(weight.start, weight.end)
        start, end = math.log(weight.start), math.log(weight.end)
        return (math.log(max(value, lowest)) - start) / (end - start)
    return (value - weight.start) / (weight.end - weight.start)


def _round(value: float) -> Decimal:
    """To hundredths, halves to the even one, as the server rounds a double."""
    return Decimal(round(value * 100)).scaleb(-2)


def _sql(weight: Weight) -> str:
    value = f"{weight.fact}::{'int::' if weight.yes_no else ''}float8"
    if weight.in_base:
        value = f"({value} / per_base::float8)"
    points = f"{weight.points!r}::float8 * least(greatest({_position_sql(weight, value)}, 0), 1)"
    return f"coalesce(round(({points}) * 100)::int, 0)"


def _position_sql(weight: Weight, value: str) -> str:
    if weight.scale == LOG:
        lowest = min(weight.start, weight.end)
        start, width = math.log(weight.start), math.log(weight.end) - math.log(weight.start)
        return f"(ln(greatest({value}, {lowest!r}::float8)) - {start!r}::float8) / {width!r}::float8"
    return f"({value} - {weight.start!r}::float8) / {weight.end - weight.start!r}::float8"
