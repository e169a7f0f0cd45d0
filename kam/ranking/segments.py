"""Value segments after Peppers and Rogers, from `workflows/segments.toml`: conditions over facts, the first that holds.

Amounts in the conditions are in the base currency, so that customers of every currency are measured alike.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kam.database.sql import Params
from kam.facts.catalogue import PER_BASE
from kam.facts.declare import MONEY, SEGMENT, TEXT, DerivedFact, Fact
from kam.language import N_, Titles
from kam.workflow.conditions import Condition, Unreadable, facts_in, parse, to_sql
from kam.workflow.faults import Fault, Faults
from kam.workflow.lines import Lines

FILE = "segments.toml"

_HERE = "here_"
_COLUMN = re.compile(rf"\b{_HERE}\.(\w+)")
_TEXTS = ("title", "description", "treatment")


@dataclass(frozen=True, slots=True)
class Segment:
    """`treatment` says what to do with such customers: keep, grow, reprice or part."""

    name: str
    title: Titles
    description: Titles
    treatment: Titles
    when: Condition


class _Literals(Params):
    """Writes values into the statement instead of numbering them, as it is put together once and kept."""

    def __call__(self, value: Any) -> str:
        if isinstance(value, list):
            return f"ARRAY[{', '.join(self(item) for item in value)}]"
        text = str(value).replace("'", "''")
        return f"'{text}'"


def load(folder: Path, facts: Mapping[str, Fact]) -> tuple[Segment, ...]:
    """Raises `Faults` with every mistake, its line and what to write instead."""
    text = (folder / FILE).read_text(encoding="utf-8")
    try:
        entries = tomllib.loads(text).get("segments", [])
    except tomllib.TOMLDecodeError as fault:
        raise Faults(
            [Fault(FILE, getattr(fault, "lineno", 1), f"This is not TOML: {fault}", "mend the line")]
        ) from fault
    faults: list[Fault] = []
    segments = []
    for number, entry in enumerate(entries):
        line = Lines(text).of(("segments", number))
        found = _faults(entry, facts, line)
        faults.extend(found)
        if not found:
            segments.append(_segment(entry))
    if faults:
        raise Faults(faults)
    return tuple(segments)


def segment_fact(segments: tuple[Segment, ...], facts: Mapping[str, Fact]) -> DerivedFact:
    """The segment as a fact: the name of the first whose condition holds, or nothing."""
    return DerivedFact(
        name="segment",
        title=N_("Value segment"),
        unit=SEGMENT,
        kind=TEXT,
        expression=_sql(segments, facts) if segments else "''",
        help=N_("What the customer is worth to us, by contribution and how it grows."),
        change_by=_change(),
    )


def _change() -> str:
    return N_("Sell more at better prices, or serve at less cost")


def _sql(segments: tuple[Segment, ...], facts: Mapping[str, Fact]) -> str:
    def measured(match: re.Match[str]) -> str:
        return f"({match[1]} / {PER_BASE})" if facts[match[1]].unit == MONEY else match[1]

    cases = (f"WHEN {to_sql(segment.when, _Literals(), _HERE)} THEN '{segment.name}'" for segment in segments)
    # Written out and not selected from a subquery, which the server would not compute in parallel.
    return f"CASE {_COLUMN.sub(measured, ' '.join(cases))} END"


def _segment(entry: Mapping[str, Any]) -> Segment:
    return Segment(entry["name"], entry["title"], entry["description"], entry["treatment"], parse(entry["when"]))


def _faults(entry: Mapping[str, Any], facts: Mapping[str, Fact], line: int) -> list[Fault]:
    name = str(entry.get("name", ""))
    if not name.isidentifier():
        return [Fault(FILE, line, "A segment has no usable name", 'write name = "mvc"')]
    found = [
        Fault(FILE, line, f"The segment “{name}” has no {key}", f'write {key} = {{ en = "…", zh_Hans = "…", … }}')
        for key in _TEXTS
        if not isinstance(entry.get(key), dict) or "en" not in entry[key]
    ]
    try:
        unknown = facts_in(parse(entry.get("when"))) - facts.keys()
    except Unreadable as fault:
        return [*found, Fault(FILE, line, f"The condition of “{name}” cannot be read: {fault}", fault.remedy)]
    if unknown:
        remedy = "name facts of the page Workflows"
        found.append(
            Fault(FILE, line, f"“{name}” names facts that there are not: {', '.join(sorted(unknown))}", remedy)
        )
    return found
