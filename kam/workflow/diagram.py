"""A workflow drawn as SVG: its states with how many stand there and for how long, and the ways between them.

Colours come from classes (`diagram.css`), so it follows the theme; texts are texts, so they can be searched and read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from markupsafe import Markup, escape

from kam.language import N_, title
from kam.workflow.definition import Definition, Transition
from kam.workflow.layout import NODE_HEIGHT, TRACK, Layout, Node, Track, lay_out
from kam.workflow.phrases import Amount, Listed, Phrase

_MARGIN = 26
_ROUND = 8
_WIDE = 1300  # drawn smaller than this, its texts are too small to read


def svg(
    definition: Definition,
    counts: Mapping[str, int] | None = None,
    durations: Mapping[str, float | None] | None = None,
    language: str = "en",
    state: str | None = None,
) -> Markup:
    """`counts` are instances by state, `durations` typical days in it; `state` is the one to highlight."""
    lines = {
        name: (title(one.title, language), _numbers(name, counts or {}, durations or {}, language))
        for name, one in definition.states.items()
    }
    layout = lay_out(definition, lines, language)
    top = _MARGIN + layout.above * TRACK
    height = top + NODE_HEIGHT + layout.below * TRACK + _MARGIN
    left, width = layout.left - _MARGIN, layout.right - layout.left + 2 * _MARGIN
    name = f"diagram-{definition.name}"
    parts = chain(
        _opening(definition, name, (left, 0, width, height), language),
        _ways(layout, top),
        _states(definition, layout, top, lines, state),
        ["</svg>"],
    )
    return Markup("".join(parts))


def _numbers(name: str, counts: Mapping[str, int], durations: Mapping[str, float | None], language: str) -> str:
    count = Amount(counts.get(name, 0), "count")
    days = durations.get(name)
    if days is None:
        return Phrase(N_("%(count)s here"), {"count": count}).text(language)
    time = Amount(round(days, 1) if days < 10 else round(days), "days")
    return Phrase(N_("%(count)s here · %(time)s"), {"count": count, "time": time}).text(language)


def _opening(definition: Definition, name: str, box: tuple[float, float, float, float], language: str) -> Iterator[str]:
    view = " ".join(f"{number:.0f}" for number in box)
    css = "diagram diagram-wide" if box[2] > _WIDE else "diagram"
    yield (
        f'<svg class="{css}" role="img" viewBox="{view}" width="{box[2]:.0f}" height="{box[3]:.0f}"'
        f' aria-labelledby="{name}-title {name}-description" xmlns="http://www.w3.org/2000/svg">'
    )
    yield f'<title id="{name}-title">{escape(title(definition.title, language))}</title>'
    yield f'<desc id="{name}-description">{escape(_told(definition, language))}</desc>'


def _told(definition: Definition, language: str) -> str:
    """The drawing in words, for whoever cannot see it."""
    states = definition.states
    told = []
    for step in definition.transitions.values():
        sources = Listed(tuple(states[name].title for name in step.sources), "or")
        params = {"step": step.title, "sources": sources, "target": states[step.target].title}
        told.append(Phrase(N_("%(step)s: from %(sources)s to %(target)s."), params).text(language))
    return " ".join(told)


def _ways(layout: Layout, top: float) -> Iterator[str]:
    labels: list[str] = []
    for step, source, label in layout.straight:
        start, end = layout.nodes[source], layout.nodes[step.target]
        y = top + NODE_HEIGHT / 2
        yield _path(step, f"M{start.x + start.width:.1f} {y:.1f}H{end.x - 1:.1f}")
        yield _head(end.x, y, "right")
        labels.append(_label((start.x + start.width + end.x) / 2 - 3, y - 7, label))
    for track in layout.tracks:
        edge = top if track.side < 0 else top + NODE_HEIGHT
        y = edge + track.side * TRACK * (track.level + 0.8)
        yield from (_path(track.step, line) for line in _lines(track, edge, y))
        yield _head(track.to_x, edge, "down" if track.side < 0 else "up")
        left, right = track.span
        labels.append(_label((left + right) / 2, y + 4, track.label, halo=True))
    yield from labels


def _lines(track: Track, edge: float, y: float) -> Iterator[str]:
    """From each source to the track, along it and back to the target; nearer sources join the line of the farthest."""
    away = _ROUND if y > edge else -_ROUND
    farthest = max(track.from_x, key=lambda x: abs(x - track.to_x))
    for x in track.from_x:
        along = _ROUND if track.to_x > x else -_ROUND
        joining = f"M{x:.1f} {edge:.1f}V{y - away:.1f}Q{x:.1f} {y:.1f} {x + along:.1f} {y:.1f}"
        if x == farthest:
            joining += f"H{track.to_x - along:.1f}Q{track.to_x:.1f} {y:.1f} {track.to_x:.1f} {y - away:.1f}V{edge:.1f}"
        yield joining


def _path(step: Transition, line: str) -> str:
    kind = "diagram-way" if step.for_people else "diagram-way diagram-way-automatic"
    return f'<path class="{kind}" data-step="{step.name}" d="{line}"/>'


_HEADS = {"right": (-8, -4, -8, 4), "down": (-4, -8, 4, -8), "up": (-4, 8, 4, 8)}


def _head(x: float, y: float, way: str) -> str:
    ax, ay, bx, by = _HEADS[way]
    return f'<path class="diagram-head" d="M{x:.1f} {y:.1f}l{ax} {ay}L{x + bx:.1f} {y + by:.1f}z"/>'


def _label(x: float, y: float, text: str, *, halo: bool = False) -> str:
    kind = "diagram-label diagram-halo" if halo else "diagram-label"
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(text)}</text>'


def _states(
    definition: Definition, layout: Layout, top: float, lines: Mapping[str, tuple[str, str]], here: str | None
) -> Iterator[str]:
    first = layout.nodes[definition.initial]
    y = top + NODE_HEIGHT / 2
    yield f'<circle class="diagram-start" cx="{first.x - 14:.1f}" cy="{y:.1f}" r="4"/>'
    yield f'<path class="diagram-way" d="M{first.x - 10:.1f} {y:.1f}H{first.x:.1f}"/>'
    for name, node in layout.nodes.items():
        yield from _state(node, top, lines[name], definition.states[name].final, name == here)


def _state(node: Node, top: float, lines: tuple[str, str], final: bool, here: bool) -> Iterator[str]:
    kind = "diagram-state" + (" diagram-final" if final else "") + (" diagram-here" if here else "")
    yield f'<g class="{kind}" data-state="{node.name}">'
    yield _box(node.x, top, node.width, NODE_HEIGHT, 10)
    if final:
        yield _box(node.x + 4, top + 4, node.width - 8, NODE_HEIGHT - 8, 7)
    for kind, y, text in (("diagram-name", 25, lines[0]), ("diagram-numbers", 44, lines[1])):
        yield f'<text class="{kind}" x="{node.middle:.1f}" y="{top + y:.1f}" text-anchor="middle">{escape(text)}</text>'
    yield "</g>"


def _box(x: float, y: float, width: float, height: float, round: float) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{round}"/>'
