"""The relationship map: who reports to whom, how far they are for us, and how much they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kam import trees

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
    """Superiors stand above, centred over those who report to them; who reports to nobody stands in the first row.

    Of people who report to each other in a circle the first stands above, and the line of the circle is drawn.
    """
    below = trees.below(people, "reports_to")
    tree = list(trees.in_order(below))
    nodes = _placed(tree, below)
    lines = [_line(nodes[one["reports_to"]], nodes[one["id"]]) for one in people if one["reports_to"] in nodes]
    width = max((node.x + WIDTH for node in nodes.values()), default=0)
    height = max((node.y + HEIGHT for node in nodes.values()), default=0)
    narrow = [(min(depth, 6), person) for depth, person in tree]
    return Map(list(nodes.values()), lines, width + 2, height + 2, narrow)


def _placed(tree: Sequence[tuple[int, Mapping[str, Any]]], below: trees.Below) -> dict[UUID, Node]:
    """Everybody's box: those with nobody below them stand side by side, the others over the middle of their people."""
    alone = [person["id"] for _, person in tree if person["id"] not in below]
    middles = {id: place * (WIDTH + GAP_X) + WIDTH // 2 for place, id in enumerate(alone)}
    for _, person in reversed(tree):
        if team := below.get(person["id"]):
            middles[person["id"]] = (middles[team[0]["id"]] + middles[team[-1]["id"]]) // 2
    return {
        person["id"]: Node(middles[person["id"]] - WIDTH // 2 + 1, depth * (HEIGHT + GAP_Y) + 1, person)
        for depth, person in tree
    }


def _line(boss: Node, person: Node) -> str:
    from_x, from_y = boss.x + WIDTH // 2, boss.y + HEIGHT
    to_x, to_y = person.x + WIDTH // 2, person.y
    half = (from_y + to_y) // 2
    return f"M{from_x} {from_y} V{half} H{to_x} V{to_y}"
