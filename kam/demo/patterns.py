"""How a customer buys, is visited and feels over two years, by the name of its pattern."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from random import Random

YEAR = 365
SPAN = 730
HONEYMOON = 180


@dataclass(frozen=True, slots=True)
class Pattern:
    """`first` and `last` are the days ago between which it orders; `trend` multiplies the amount over that time.

    `gap` is a stretch of days ago without orders. `feelings` are drawn from evenly, `lately` for the last 120 days.
    """

    order_every: int
    trend: float = 1.0
    first: int = SPAN
    last: int = 4
    gap: tuple[int, int] | None = None
    seasonal: bool = False
    touch_every: int = 28
    first_touch: int = SPAN
    last_touch: int = 3
    feelings: tuple[int, ...] = (0, 0, 1, 1)
    lately: tuple[int, ...] = (0, 1, 1)
    cases_a_year: float = 1.5
    open_complaints: int = 0
    opportunities: int = 1


PATTERNS = {
    "growing": Pattern(22, 2.2, touch_every=19, feelings=(0, 1, 1, 2), lately=(1, 1, 2), opportunities=2),
    "steady": Pattern(27, 1.05, touch_every=24, opportunities=1),
    "project": Pattern(74, 1.5, touch_every=16, feelings=(0, 1, 1), lately=(0, 1, 2), opportunities=3),
    "seasonal": Pattern(24, 1.0, seasonal=True, touch_every=38),
    "declining": Pattern(30, 0.42, last=26, touch_every=30, feelings=(1, 0, 0, -1), lately=(0, -1, -1), cases_a_year=2),
    "fading": Pattern(
        38, 0.5, last=165, touch_every=40, last_touch=66, feelings=(1, 0, -1), lately=(-1,), cases_a_year=2
    ),
    "lost": Pattern(
        40, 0.6, last=290, touch_every=42, last_touch=150, feelings=(0, -1, -2), lately=(-2,), opportunities=0
    ),
    "complaining": Pattern(
        29, 1.0, touch_every=17, feelings=(1, 0, -1), lately=(-1, -2), cases_a_year=4, open_complaints=3
    ),
    "furious": Pattern(
        29, 1.0, touch_every=15, feelings=(0, -1, -1), lately=(-1, -2, -2), cases_a_year=5, open_complaints=4
    ),
    "returning": Pattern(
        20, 1.0, first=760, last=17, gap=(705, 75), touch_every=20, feelings=(0, -1, 0), lately=(1, 0, 1)
    ),
    "overdue": Pattern(
        26, 1.35, last=8, touch_every=27, last_touch=74, feelings=(0, 1, 1), lately=(0,), opportunities=2
    ),
    "newkey": Pattern(33, 2.0, first=330, last=9, touch_every=15, first_touch=400, lately=(1, 1, 2), opportunities=3),
    "new": Pattern(35, 1.4, first=130, last=12, touch_every=20, first_touch=190, cases_a_year=1),
    "quiet": Pattern(
        98, 1.0, last=40, touch_every=95, last_touch=31, feelings=(0, 0, 1), cases_a_year=0.5, opportunities=0
    ),
    "prospect": Pattern(0, first_touch=150, touch_every=30, feelings=(0, 1), cases_a_year=0, opportunities=1),
}


def order_days(pattern: Pattern, chance: Random) -> list[tuple[int, float]]:
    """Days ago and relative size of each order, oldest first; sizes of a year average about one."""
    if not pattern.order_every:
        return []
    days, found = pattern.first - chance.randrange(pattern.order_every), []
    while days >= pattern.last:
        if not _in_gap(pattern, days):
            found.append((days, _size(pattern, days) * chance.uniform(0.62, 1.4)))
        days -= max(3, round(pattern.order_every * chance.uniform(0.7, 1.3)))
    if not found or found[-1][0] > pattern.last + 5:
        found.append((pattern.last, _size(pattern, pattern.last)))
    return found


def touch_days(pattern: Pattern, chance: Random) -> list[int]:
    """Days ago of each contact, oldest first."""
    days, found = pattern.first_touch - chance.randrange(pattern.touch_every), []
    last = pattern.last_touch + chance.randrange(1 + pattern.touch_every // 3)
    while days > last:
        found.append(days)
        days -= max(2, round(pattern.touch_every * chance.uniform(0.5, 1.5)))
    return [*found, last]


def feeling(pattern: Pattern, days_ago: int, chance: Random) -> int:
    """How they felt: well at first, then as their pattern has it, and lately as they do now."""
    if days_ago > pattern.first_touch - HONEYMOON:
        return chance.choice((0, 1, 1))
    return chance.choice(pattern.lately if days_ago <= 120 else pattern.feelings)


def _in_gap(pattern: Pattern, days: int) -> bool:
    return pattern.gap is not None and pattern.gap[0] > days > pattern.gap[1]


def _size(pattern: Pattern, days_ago: int) -> float:
    lived = (pattern.first - days_ago) / max(1, pattern.first - pattern.last)
    size = (1 + (pattern.trend - 1) * lived) / (1 + (pattern.trend - 1) * 0.72)
    return size * (1 + 0.75 * cos(2 * pi * days_ago / YEAR)) if pattern.seasonal else size
