"""Names beside dots so that none lies on another: the most important come first, and one without room has no name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SIZE = 11.0  # of the letters, in units of the drawing
GAP = 3.0  # between a dot and its name, and between names
NAMED = 60  # dots for which room is looked for, so that a crowd costs no more than a page has time for

# Widths in parts of the size, rather too wide than too narrow, as each reader has another font.
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|()[]- "), frozenset("mwMW@%&")
_LATIN, _CHINESE = 14, (6, 2)


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)

    def within(self, other: Box) -> bool:
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


@dataclass(frozen=True, slots=True)
class Round:
    """A dot that a name keeps clear of."""

    x: float
    y: float
    radius: float

    def meets(self, box: Box) -> bool:
        across = self.x - min(max(self.x, box.left), box.right)
        down = self.y - min(max(self.y, box.top), box.bottom)
        return across * across + down * down < self.radius * self.radius


@dataclass(frozen=True, slots=True)
class Label:
    """A text at `x`, which is its start, middle or end as `anchor` says; `y` is the line it stands on."""

    text: str
    x: float
    y: float
    anchor: str
    box: Box


def place(dots: Sequence[Round], names: Sequence[str], *, inside: Box, taken: Sequence[Box] = ()) -> list[Label | None]:
    """A label for each dot, in the order given, which is that of importance: beside it, above or below. None where
    every place meets a dot, another name or one of `taken`, or leaves `inside`.

    First as many as possible get the short form of their name, then those with room the longer ones.
    """
    forms = [_forms(name) for name in names[:NAMED]]
    labels: list[Label | None] = [None] * len(dots)
    for longest in (False, True):
        for number, texts in enumerate(forms):
            if longest and not labels[number]:
                continue
            others = [label.box for at, label in enumerate(labels) if label and at != number]
            tried = texts[:-1] if longest else texts[-1:]
            labels[number] = _first_free(number, tried, dots, [*taken, *others], inside) or labels[number]
    return labels


def width_of(text: str, size: float = SIZE) -> float:
    return size * sum(_width(letter) for letter in text)


def _forms(name: str) -> list[str]:
    """The whole name and its beginnings, as people say it for short: in Latin letters the first word, in Chinese the
    first six characters, and the first two."""
    if any(_is_wide(letter) for letter in name):
        forms = [name, *(name[:most] + "…" for most in _CHINESE if len(name) > most + 1)]
    else:
        word = name.split(" ")[0]
        forms = [name, word if len(word) <= _LATIN + 1 else word[:_LATIN] + "…"]
    return list(dict.fromkeys(forms))


def _first_free(
    number: int, texts: Sequence[str], dots: Sequence[Round], boxes: Sequence[Box], inside: Box
) -> Label | None:
    dot = dots[number]
    reach = max(map(width_of, texts), default=0.0) + dot.radius + 2 * GAP
    near = Box(dot.x - reach, dot.y - dot.radius - 2 * SIZE, dot.x + reach, dot.y + dot.radius + 2 * SIZE)
    rounds = [other for at, other in enumerate(dots) if at != number and other.meets(near)]
    boxes = [box for box in boxes if box.meets(near)]
    for label in (label for text in texts for label in _places(dot, text)):
        free = label.box.within(inside) and not any(label.box.meets(box) for box in boxes)
        if free and not any(other.meets(label.box) for other in rounds):
            return label
    return None


def _places(dot: Round, text: str) -> Iterator[Label]:
    """Right, left, above, below, then at the four corners."""
    away, corner = dot.radius + GAP, dot.radius * 0.7 + GAP
    middle, over, under = dot.y + SIZE * 0.36, -SIZE * 0.2, SIZE * 0.9
    yield _label(text, dot.x + away, middle, "start")
    yield _label(text, dot.x - away, middle, "end")
    yield _label(text, dot.x, dot.y - away + over, "middle")
    yield _label(text, dot.x, dot.y + away + under, "middle")
    for x, anchor in ((dot.x + corner, "start"), (dot.x - corner, "end")):
        yield _label(text, x, dot.y - corner + over, anchor)
        yield _label(text, x, dot.y + corner + under, anchor)


def _label(text: str, x: float, y: float, anchor: str) -> Label:
    x, y, width = round(x, 1), round(y, 1), width_of(text)
    left = x - width * {"start": 0, "middle": 0.5, "end": 1}[anchor]
    return Label(text, x, y, anchor, Box(left - 1, y - SIZE * 0.95, left + width + 1, y + SIZE * 0.3))


def _width(letter: str) -> float:
    if _is_wide(letter) or letter == "…":  # which Chinese letters make as wide as themselves
        return 1.02
    if letter in _NARROW:
        return 0.42
    return 0.98 if letter in _WIDE else 0.78 if letter.isupper() else 0.64


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
