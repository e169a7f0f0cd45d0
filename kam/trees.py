"""Trees out of rows that name what stands above them. They come out whole whatever the rows say, circles included."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

Row = Mapping[str, Any]
Below = Mapping[Any, list[Row]]
Key = TypeVar("Key", bound=Hashable)


def below(rows: Sequence[Row], above: str) -> Below:
    """The rows by the `id` of what their field `above` names; under None those at the top.

    What names nothing that is here stands at the top, and so does the first of those who form a circle.
    """
    over = {row["id"]: row[above] for row in rows}
    tops = {circle[0] for circle in circles(over)}
    found: dict[Any, list[Row]] = {}
    for row in rows:
        boss = row[above] if row[above] in over and row["id"] not in tops else None
        found.setdefault(boss, []).append(row)
    return found


def in_order(tree: Below) -> Iterator[tuple[int, Row]]:
    """Every row behind the one that it stands below, with how deep it stands, from 0."""
    waiting = [(0, row) for row in reversed(tree.get(None, []))]
    while waiting:
        depth, row = waiting.pop()
        yield depth, row
        waiting.extend((depth + 1, one) for one in reversed(tree.get(row["id"], [])))


def circles(over: Mapping[Key, Key | None]) -> list[list[Key]]:
    """Those who stand above each other in a circle, each circle beginning with whom `over` names first."""
    place = {one: number for number, one in enumerate(over)}
    settled: set[Key] = set()
    found: list[list[Key]] = []
    for start in over:
        path: list[Key] = []
        one: Key | None = start
        while one is not None and one in over and one not in settled:
            settled.add(one)
            path.append(one)
            one = over[one]
        if one in path:  # only now does the path meet itself; else it met an earlier one
            circle = path[path.index(one) :]
            first = circle.index(min(circle, key=place.__getitem__))
            found.append(circle[first:] + circle[:first])
    return found
