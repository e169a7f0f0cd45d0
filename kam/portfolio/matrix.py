"""Behaviour (what a customer does) against feeling (what it senses), and the name of where each stands.

The two dimensions and the deficient relationships 欠缺的关系 follow Barnes, Secrets of Customer Relationship
Management (2001): behaviour without feeling is bought or captive loyalty, feeling without behaviour is goodwill
that nothing comes of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kam.language import N_, gettext
from kam.portfolio.labels import Box, Label, Round, place, width_of
from kam.portfolio.queries import Dot

# A behaviour index from 0 to 100 and a feeling index from -100 to 100 are parted in their middles.
MIDDLE_BEHAVIOUR = 50.0
MIDDLE_FEELING = 0.0

HEADING_SIZE = 12.0


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
class Canvas:
    """The units of a drawing. The narrow one is for a phone, where the wide one would have to be scrolled."""

    name: str
    width: int
    height: int
    left: int = 52
    right: int = 16
    top: int = 16
    bottom: int = 44

    def x_of(self, behaviour: float) -> float:
        return round(self.left + behaviour / 100 * (self.width - self.left - self.right), 1)

    def y_of(self, feeling: float) -> float:
        return round(self.top + (100 - feeling) / 200 * (self.height - self.top - self.bottom), 1)

    @property
    def inside(self) -> Box:
        return Box(self.left, 0, self.width, self.height - self.bottom)


WIDE = Canvas("wide", 720, 460)
NARROW = Canvas("narrow", 360, 420, left=44, right=12)


@dataclass(frozen=True, slots=True)
class Spot:
    """A customer on the drawing; `x`, `y` and `radius` in its units. Without room for its name there is no `label`."""

    dot: Dot
    quadrant: Quadrant
    x: float
    y: float
    radius: float
    label: Label | None


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a quadrant in its corner."""

    text: str
    x: float
    y: float
    at_end: bool

    @property
    def box(self) -> Box:
        width = width_of(self.text, HEADING_SIZE)
        left = self.x - width if self.at_end else self.x
        return Box(left, self.y - HEADING_SIZE, left + width, self.y + 4)


@dataclass(frozen=True, slots=True)
class Drawing:
    canvas: Canvas
    spots: tuple[Spot, ...]
    headings: tuple[Heading, ...]

    @property
    def nameless(self) -> int:
        return sum(spot.label is None for spot in self.spots)


def quadrant_of(behaviour: float, feeling: float) -> Quadrant:
    if behaviour >= MIDDLE_BEHAVIOUR:
        return PARTNERSHIP if feeling >= MIDDLE_FEELING else CAPTIVE
    return UNUSED if feeling > MIDDLE_FEELING else DISTANT


def draw(dots: Sequence[Dot], canvas: Canvas, language: str) -> Drawing:
    """Where each customer stands, with its name where there is room; the area of a dot grows with its share of our
    revenue, and `dots` come largest first."""
    headings = _headings(canvas, language)
    most = max((dot.share for dot in dots), default=0.0) or 1.0
    places = [_place(dot, canvas, most) for dot in dots]
    names = [dot.name_zh if language != "en" and dot.name_zh else dot.name for dot in dots]
    labels = place(places, names, inside=canvas.inside, taken=[heading.box for heading in headings])
    spots = (
        Spot(dot, quadrant_of(dot.behaviour, dot.feeling), at.x, at.y, at.radius, label)
        for dot, at, label in zip(dots, places, labels, strict=True)
    )
    return Drawing(canvas, tuple(spots), headings)


def _place(dot: Dot, canvas: Canvas, most: float) -> Round:
    radius = 4 + 12 * (max(dot.share, 0.0) / most) ** 0.5
    return Round(canvas.x_of(dot.behaviour), canvas.y_of(dot.feeling), round(radius, 1))


def _headings(canvas: Canvas, language: str) -> tuple[Heading, ...]:
    left, right = canvas.x_of(0) + 8, canvas.x_of(100) - 8
    upper, lower = canvas.y_of(100) + 18, canvas.y_of(-100) - 10
    corners = ((right, upper), (right, lower), (left, upper), (left, lower))
    return tuple(
        Heading(gettext(language, quadrant.title), x, y, at_end=x == right)
        for quadrant, (x, y) in zip(QUADRANTS, corners, strict=True)
    )
