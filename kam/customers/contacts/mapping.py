"""The relationship map: who reports to whom, how far they are for us, and how much they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

WIDTH, HEIGHT, GAP_X, GAP_Y = 196, 84, 20, 44


@dataclass(frozen=True)
class Node:
    """A person's box: its upper left corner, and the record that it shows."""

    x: int
    y: int
    person: Mapping[str, Any]


@dataclass(frozen=True)
class Map:
    """Boxes, and lines from a superior to those below as SVG paths; `width` and `height` in pixels. `tree` is the same
    for a narrow screen: everybody below their superior, with how deep they stand, 6 at most."""

    nodes: Sequence[Node]
    lines: Sequence[str]
    width: int
    height: int
    tree: Sequence[tuple[int, Mapping[str, Any]]]


def drawn(people: Sequence[Mapping[str, Any]]) -> Map:
    """Superiors stand above, centred over those who report to them; who reports to nobody stands in the first row."""
    below = _below(people)
    nodes: list[Node] = []
    next_free = 0
    for top in below.get(None, []):
        next_free, _ = _place(top, below, 0, next_free, nodes)
    by_id = {node.person["id"]: node for node in nodes}
    lines = [
        _line(by_id[boss], by_id[person["id"]]) for boss, team in below.items() if boss for person in team
    ]  # fmt: skip
    width = max((node.x + WIDTH for node in nodes), default=0)
    height = max((node.y + HEIGHT for node in nodes), default=0)
    return Map(nodes, lines, width + 2, height + 2, _tree(below))


Below = Mapping[UUID | None, list[Mapping[str, Any]]]


def _below(people: Sequence[Mapping[str, Any]]) -> Below:
    here = {person["id"] for person in people}
    below: dict[UUID | None, list[Mapping[str, Any]]] = {}
    for person in people:
        boss = person["reports_to"] if person["reports_to"] in here else None
        below.setdefault(boss, []).append(person)
    return below


def _tree(below: Below, boss: UUID | None = None, depth: int = 0) -> list[tuple[int, Mapping[str, Any]]]:
    return [
        entry
        for person in below.get(boss, [])
        for entry in ((min(depth, 6), person), *_tree(below, person["id"], depth + 1))
    ]


def _place(person: Mapping[str, Any], below: Below, depth: int, left: int, nodes: list[Node]) -> tuple[int, int]:
    """Draws a person and all below from `left` on; answers the next free place and the middle of the person's box."""
    start, middles = left, []
    for subordinate in below.get(person["id"], []):
        left, middle = _place(subordinate, below, depth + 1, left, nodes)
        middles.append(middle)
    middle = (middles[0] + middles[-1]) // 2 if middles else start + WIDTH // 2
    nodes.append(Node(middle - WIDTH // 2 + 1, depth * (HEIGHT + GAP_Y) + 1, person))
    return max(left, start + WIDTH + GAP_X), middle


def _line(boss: Node, person: Node) -> str:
    from_x, from_y = boss.x + WIDTH // 2, boss.y + HEIGHT
    to_x, to_y = person.x + WIDTH // 2, person.y
    half = (from_y + to_y) // 2
    return f"M{from_x} {from_y} V{half} H{to_x} V{to_y}"
