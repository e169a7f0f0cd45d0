"""Behaviour (what a customer does) against feeling (what it senses), and the name of where each stands.

The two dimensions and the deficient relationships 欠缺的关系 follow Barnes, Secrets of Customer Relationship
Management (2001): behaviour without feeling is bought or captive loyalty, feeling without behaviour is goodwill
that nothing comes of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kam.language import N_
from kam.portfolio.queries import Dot

# A behaviour index from 0 to 100 and a feeling index from -100 to 100 are parted in their middles.
MIDDLE_BEHAVIOUR = 50.0
MIDDLE_FEELING = 0.0

WIDTH, HEIGHT = 720, 460
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 16, 44


@dataclass(frozen=True, slots=True)
class Quadrant:
    key: str
    title: str
    meaning: str
    advice: str
    deficient: bool


PARTNERSHIP = Quadrant(
    "partnership",
    N_("Partnership"),
    N_("They buy and they like to."),
    N_("Keep it: meet often, and ask what comes next."),
    deficient=False,
)
CAPTIVE = Quadrant(
    "captive",
    N_("Behaviour without feeling"),
    N_("They buy, but do not like to: they leave when they can."),
    N_("Find out what hurts and settle it before a competitor offers a way out."),
    deficient=True,
)
UNUSED = Quadrant(
    "unused",
    N_("Feeling without behaviour"),
    N_("They like us, but hardly buy."),
    N_("Make an offer that is worth their while: the goodwill is there."),
    deficient=True,
)
DISTANT = Quadrant(
    "distant",
    N_("Distance"),
    N_("They neither buy much nor feel much."),
    N_("Decide whether the effort is worth it."),
    deficient=False,
)
QUADRANTS = (PARTNERSHIP, CAPTIVE, UNUSED, DISTANT)


@dataclass(frozen=True, slots=True)
class Spot:
    """A customer on the drawing; `x`, `y` and `radius` in its units."""

    dot: Dot
    quadrant: Quadrant
    x: float
    y: float
    radius: float


def quadrant_of(behaviour: float, feeling: float) -> Quadrant:
    if behaviour >= MIDDLE_BEHAVIOUR:
        return PARTNERSHIP if feeling >= MIDDLE_FEELING else CAPTIVE
    return UNUSED if feeling > MIDDLE_FEELING else DISTANT


def spots(dots: Sequence[Dot]) -> list[Spot]:
    """Where each customer stands; the area of a dot grows with its revenue in the base currency's share."""
    most = max((dot.share for dot in dots), default=0.0) or 1.0
    return [_spot(dot, most) for dot in dots]


def x_of(behaviour: float) -> float:
    return round(LEFT + behaviour / 100 * (WIDTH - LEFT - RIGHT), 1)


def y_of(feeling: float) -> float:
    return round(TOP + (100 - feeling) / 200 * (HEIGHT - TOP - BOTTOM), 1)


def _spot(dot: Dot, most: float) -> Spot:
    radius = 4 + 12 * (max(dot.share, 0.0) / most) ** 0.5
    quadrant = quadrant_of(dot.behaviour, dot.feeling)
    return Spot(dot, quadrant, x_of(dot.behaviour), y_of(dot.feeling), round(radius, 1))
