"""Few customers bring most: the ABC or 80/20 view. A up to 80 per cent together, B up to 95, C the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kam.portfolio.queries import Bar

A_UP_TO, B_UP_TO = 80, 95
WIDTH, HEIGHT = 960, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 44, 16, 28


@dataclass(frozen=True, slots=True)
class Column:
    """A bar of the chart with the point of the line of shares above it, in the drawing's units."""

    bar: Bar
    x: float
    y: float
    width: float
    height: float
    point: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chart:
    columns: tuple[Column, ...]
    line: str
    eighty: float
    base: float
    ticks: tuple[tuple[float, float], ...]


def chart(bars: Sequence[Bar]) -> Chart:
    """Bars from the largest to the smallest, with the share they make up together as a line."""
    most = float(max((bar.amount for bar in bars), default=0) or 1)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(bars))
    columns = tuple(_column(bar, number, step, most) for number, bar in enumerate(bars))
    line = " ".join(f"{x},{y}" for x, y in (column.point for column in columns))
    ticks = tuple((_height(share), share) for share in (0, 20, 40, 60, 80, 100))
    return Chart(columns, line, _height(A_UP_TO), HEIGHT - BOTTOM, ticks)


def _column(bar: Bar, number: int, step: float, most: float) -> Column:
    drawn = max(0.0, float(bar.amount)) / most * (HEIGHT - TOP - BOTTOM)
    x = LEFT + number * step
    point = (round(x + step / 2, 1), _height(min(100.0, float(bar.together))))
    width = max(1.5, step * 0.78)
    return Column(bar, round(x, 1), round(HEIGHT - BOTTOM - drawn, 1), round(width, 1), round(drawn, 1), point)


def _height(share: float) -> float:
    return round(TOP + (100 - share) / 100 * (HEIGHT - TOP - BOTTOM), 1)
