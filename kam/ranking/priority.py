"""The weights by which customers are ranked, from `workflows/priority.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kam.facts.declare import BOOLEAN, MONEY, TEXT, Fact
from kam.workflow.faults import Fault, Faults
from kam.workflow.lines import Lines

FILE = "priority.toml"
LINEAR = "linear"
LOG = "log"
SCALES = (LINEAR, LOG)

_KEYS = frozenset({"fact", "weight", "from", "to", "scale"})
_REMEDY = 'write fact, weight, from and to, as in { fact = "revenue_12m", weight = 20, from = 0, to = 100000 }'


@dataclass(frozen=True, slots=True)
class Weight:
    """What a fact adds to the score: nothing at `start` or before, `points` of 100 at `end` or beyond.

    `end` may be below `start`, for facts of which less is better. `in_base` marks amounts of money, whose `start` and
    `end` are in the base currency.
    """

    fact: str
    weight: float
    points: float
    start: float
    end: float
    scale: str
    in_base: bool
    yes_no: bool = False


@dataclass(frozen=True, slots=True)
class Priority:
    weights: tuple[Weight, ...]


def load(folder: Path, facts: Mapping[str, Fact]) -> Priority:
    """Raises `Faults` with every mistake, its line and what to write instead."""
    text = (folder / FILE).read_text(encoding="utf-8")
    try:
        entries = tomllib.loads(text).get("weights", [])
    except tomllib.TOMLDecodeError as fault:
        raise Faults(
            [Fault(FILE, getattr(fault, "lineno", 1), f"This is not TOML: {fault}", "mend the line")]
        ) from fault
    lines = Lines(text)
    faults = [
        Fault(FILE, lines.of(("weights", number)), message, remedy)
        for number, entry in enumerate(entries)
        for message, remedy in _mistakes(entry, facts)
    ]
    if not entries:
        faults.append(Fault(FILE, 1, "No weights are given", _REMEDY))
    if faults:
        raise Faults(faults)
    return _priority(entries, facts)


def _priority(entries: list[Mapping[str, Any]], facts: Mapping[str, Fact]) -> Priority:
    total = sum(float(entry["weight"]) for entry in entries)
    return Priority(
        tuple(
            Weight(
                fact=entry["fact"],
                weight=float(entry["weight"]),
                points=float(entry["weight"]) * 100 / total,
                start=float(entry.get("from", 0)),
                end=float(entry.get("to", 1)),
                scale=entry.get("scale", LINEAR),
                in_base=facts[entry["fact"]].unit == MONEY,
                yes_no=facts[entry["fact"]].kind == BOOLEAN,
            )
            for entry in entries
        )
    )


def _mistakes(entry: Mapping[str, Any], facts: Mapping[str, Fact]) -> list[tuple[str, str]]:
    fact = facts.get(entry.get("fact", ""))
    if fact is None:
        return [(f"There is no fact “{entry.get('fact', '')}”", "name one of the facts on the page Workflows")]
    found = []
    if fact.kind == TEXT:
        found.append((f"“{fact.name}” is a text and cannot be weighed", "name a fact that is a number or yes and no"))
    if unknown := ", ".join(sorted(entry.keys() - _KEYS)):
        found.append((f"A weight has no {unknown}", _REMEDY))
    if not _number(entry.get("weight")) or entry["weight"] <= 0:
        found.append((f"The weight of “{fact.name}” must be a number above 0", "write weight = 10"))
    if fact.kind not in (BOOLEAN, TEXT):
        found.extend(_range_mistakes(entry, fact))
    return found


def _range_mistakes(entry: Mapping[str, Any], fact: Fact) -> list[tuple[str, str]]:
    start, end, scale = entry.get("from"), entry.get("to"), entry.get("scale", LINEAR)
    if scale not in SCALES:
        return [(f"The scale of “{fact.name}” is “{scale}”", 'write scale = "linear" or scale = "log"')]
    if not _number(start) or not _number(end) or start == end:
        return [(f"“{fact.name}” needs two different numbers as from and to", _REMEDY)]
    if scale == LOG and (start <= 0 or end <= 0):  # type: ignore[operator]
        return [(f"The logarithm of “{fact.name}” needs a from and to above 0", "write from = 1, or drop the scale")]
    return []


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
