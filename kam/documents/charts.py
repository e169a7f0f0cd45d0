"""The geometry of charts on paper; the templates draw it as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: Decimal
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class BarChart:
    """In units of the SVG's view box; `lines` are the scale's (value, y). `zero` is the y of the base line."""

    width: float
    height: float
    left: float
    bar_width: float
    zero: float
    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, float], ...]


def bar_chart(
    values: Sequence[tuple[str, Decimal]], *, width: float = 640, height: float = 220, left: float = 64
) -> BarChart:
    """One bar a value, upward or, below zero, downward; the scale has round numbers and always shows zero."""
    top, bottom = 10.0, height - 24
    amounts = [float(value) for _, value in values] or [0.0]
    step = _round_step((max(0.0, *amounts) - min(0.0, *amounts)) / 4)
    high, low = ceil(max(0.0, *amounts) / step) * step or step, floor(min(0.0, *amounts) / step) * step
    scale = (bottom - top) / (high - low)

    def y(value: float) -> float:
        return round(top + (high - value) * scale, 2)

    room = (width - left) / max(1, len(values))
    bars = tuple(
        Bar(label, value, round(left + room * (i + 0.18), 2), min(y(float(value)), y(0)), abs(y(float(value)) - y(0)))
        for i, (label, value) in enumerate(values)
    )
    lines = tuple((low + step * i, y(low + step * i)) for i in range(round((high - low) / step) + 1))
    return BarChart(width, height, left, round(room * 0.64, 2), y(0), bars, lines)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5, 10 × a power of ten that is not less than `least`.

    >>> _round_step(13_400), _round_step(0)
    (20000.0, 1.0)
    """
    if least <= 0:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return float(next(step for step in STEPS if step * power >= least) * power)
