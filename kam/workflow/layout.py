"""Where states and transitions go in a diagram: states in a row, what goes forward above it, what goes back below.

A transition from one state to its neighbour is a straight arrow. Every other one gets a horizontal track of its own
on which its name stands, so that names never lie on each other; tracks are shared where they do not overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from unicodedata import east_asian_width

from kam.language import title
from kam.workflow.definition import Definition, Transition

NODE_HEIGHT = 58
TRACK = 30  # between one track and the next
_PAD = 18
_SMALLEST = 118
_GAP = 46
_PORT = 18  # between two arrows at one side of a state


def width_of(text: str, size: float = 12) -> float:
    """About how wide a text is; Chinese characters are as wide as they are high."""
    return sum(size if east_asian_width(char) in "WF" else size * 0.56 for char in text)


@dataclass
class Node:
    name: str
    x: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass
class Track:
    """One transition on one side (-1 above, 1 below), from the x of each source to the x of its target."""

    step: Transition
    sources: tuple[str, ...]
    side: int
    label: str
    level: int = 0
    from_x: list[float] = field(default_factory=list)
    to_x: float = 0

    @property
    def span(self) -> tuple[float, float]:
        ends = [*self.from_x, self.to_x]
        left, right = min(ends), max(ends)
        missing = max(0.0, width_of(self.label) + 16 - (right - left))
        return left - missing / 2, right + missing / 2


@dataclass
class Layout:
    nodes: dict[str, Node]
    straight: list[tuple[Transition, str, str]]  # transition, source, label
    tracks: list[Track]
    above: int
    below: int
    left: float
    right: float


def lay_out(definition: Definition, lines: Mapping[str, tuple[str, str]], language: str) -> Layout:
    """`lines` are the two lines of text in each state."""
    order = {name: number for number, name in enumerate(definition.states)}
    straight, tracks = _sort(definition, order, language)
    nodes = _row(definition, lines, order, straight, tracks)
    _ports(nodes, tracks)
    above, below = (_levels([track for track in tracks if track.side == side]) for side in (-1, 1))
    spans = [track.span for track in tracks]
    left = min([0.0, *(span[0] for span in spans)])
    right = max([node.x + node.width for node in nodes.values()] + [span[1] for span in spans])
    return Layout(nodes, straight, tracks, above, below, left, right)


def _sort(
    definition: Definition, order: Mapping[str, int], language: str
) -> tuple[list[tuple[Transition, str, str]], list[Track]]:
    straight: dict[str, tuple[Transition, str, str]] = {}
    tracks = []
    for step in definition.transitions.values():
        label, place = title(step.title, language), order[step.target]
        before = tuple(name for name in step.sources if order[name] < place)
        after = tuple(name for name in step.sources if order[name] > place)
        if len(before) == 1 and order[before[0]] == place - 1 and before[0] not in straight:
            straight[before[0]] = (step, before[0], label)
        elif before:
            tracks.append(Track(step, before, -1, label))
        if after:
            tracks.append(Track(step, after, 1, label))
        if step.target in step.sources:
            tracks.append(Track(step, (step.target,), -1, label))
    return list(straight.values()), tracks


def _row(
    definition: Definition,
    lines: Mapping[str, tuple[str, str]],
    order: Mapping[str, int],
    straight: list[tuple[Transition, str, str]],
    tracks: list[Track],
) -> dict[str, Node]:
    gaps = {source: max(_GAP, width_of(label) + 34) for _, source, label in straight}
    nodes, x = {}, 0.0
    for name in definition.states:
        ports = max(sum(name in (*t.sources, t.step.target) for t in tracks if t.side == side) for side in (-1, 1))
        text = max(width_of(lines[name][0], 14), width_of(lines[name][1], 12))
        nodes[name] = Node(name, x, max(_SMALLEST, text + 2 * _PAD, (ports + 1) * _PORT))
        x += nodes[name].width + gaps.get(name, _GAP)
    return nodes


def _ports(nodes: Mapping[str, Node], tracks: list[Track]) -> None:
    """Spreads the arrows along the side of each state; those that come from the left stand left."""
    for side in (-1, 1):
        ends: dict[str, list[tuple[float, int, Track, bool]]] = {name: [] for name in nodes}
        for number, track in enumerate(t for t in tracks if t.side == side):
            target = nodes[track.step.target]
            far = min(nodes[name].middle for name in track.sources)
            ends[target.name].append((far, number, track, True))
            for name in track.sources:
                ends[name].append((target.middle, number, track, False))
        for name, found in ends.items():
            node = nodes[name]
            for place, (_, _, track, arriving) in enumerate(sorted(found, key=lambda end: (end[0], end[1], end[3])), 1):
                x = node.x + node.width * place / (len(found) + 1)
                if arriving:
                    track.to_x = x
                else:
                    track.from_x.append(x)


def _levels(tracks: list[Track]) -> int:
    """Gives each track the level nearest to the states where it overlaps no other; returns how many there are."""
    levels: list[list[tuple[float, float]]] = []
    for track in sorted(tracks, key=lambda t: t.span[1] - t.span[0]):
        left, right = track.span
        free = (n for n, taken in enumerate(levels) if all(right + 10 < a or left - 10 > b for a, b in taken))
        track.level = next(free, len(levels))
        if track.level == len(levels):
            levels.append([])
        levels[track.level].append((left, right))
    return len(levels)
