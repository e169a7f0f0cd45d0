"""What a form showed of the record that it edits, so that whatever comes back as it was shown stays as it is stored.

A field cannot show everything: seconds, an hour that the clocks have twice, a tenth decimal, a space at the end, a
value that can no longer be chosen. What a person did not touch is therefore neither read anew nor judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from kam.records.rules import fit

MINUTES = "%Y-%m-%dT%H:%M"
AREAS = frozenset(
    {"remark", "notes", "problem", "solution", "lost_reason", "reason", "response", "strategy", "text", "comment"}
)


def same(sent: Sequence[str], shown: Sequence[str], *, area: bool) -> bool:
    """An empty field and a box that is not ticked, which is not sent, are the same. An `area` has several lines."""
    carried = _as_area if area else _as_line
    return carried(sent) == carried(shown)


def same_moment(sent: Sequence[str], stored: datetime | None, clock: tzinfo) -> bool:
    return list(sent) == [shown(stored, clock)] if stored else not any(sent)


def shown(moment: datetime, clock: tzinfo) -> str:
    """As `<input type=datetime-local>` takes it."""
    return on(moment, clock).strftime(MINUTES)


def on(moment: datetime, clock: tzinfo) -> datetime:
    """The first and the last day that there are have no hours on other clocks: there it is UTC."""
    try:
        return moment.astimezone(clock)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def comes_twice(moment: datetime) -> bool:
    """Whether the clock shows this hour twice, as when summer time ends. `moment` stands in its clock."""
    return moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset()


def never_came(typed: datetime) -> bool:
    """Whether the clocks were put forward past this hour. `typed` stands in its clock."""
    try:
        return typed.astimezone(UTC).astimezone(typed.tzinfo).replace(tzinfo=None) != typed.replace(tzinfo=None)
    except OverflowError:
        return False


def line(text: str) -> str:
    """The browser takes line ends out of a field of one line, and reading it what cannot be kept."""
    return fit(text.replace("\r", "").replace("\n", ""))


def only(values: Mapping[str, Any], changed: Sequence[str], together: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Of `values` those that changed; of names that are judged `together` all, once one of them did."""
    wanted = set(changed)
    for names in together:
        wanted |= set(names) if wanted & set(names) else set()
    return {name: value for name, value in values.items() if name in wanted}


def _as_area(texts: Sequence[str]) -> list[str]:
    """Line ends are of one kind, and the page loses one at the very beginning."""
    return [fit(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")) for text in texts if text]


def _as_line(texts: Sequence[str]) -> list[str]:
    return [line(text) for text in texts if text]
