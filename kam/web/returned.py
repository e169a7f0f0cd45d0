"""What came back from a page, beside what the page showed; see `kam.web.unchanged`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Self

from kam.clock import is_zone, zone
from kam.web.current import current
from kam.web.unchanged import AREAS, only, same, same_moment
from kam.web.zones import clock_said


class Returned:
    """`values` are texts by field, `moments` those of them that stand for a moment, `before` what the page showed of
    the record, if it edits one, `areas` the fields of several lines."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self.values = {name: list(texts) for name, texts in values.items()}
        self.moments: dict[str, datetime] = {}
        self.before: Returned | None = None
        self.areas = AREAS

    def value(self, name: str) -> str:
        texts = self.values.get(name)
        return texts[-1] if texts else ""

    def chosen(self, name: str) -> list[str]:
        return self.values.get(name, [])

    def over(self, before: Returned) -> Self:
        """The same form, sent from a page that showed `before`."""
        self.before = before
        return self

    def stays(self, name: str) -> bool:
        """Whether the field came back as it was shown."""
        if self.before is None or name not in self.before.values:
            return False
        if name in self.before.moments:
            return same_moment(self.chosen(name), self.before.moments[name], self.clock(name))
        return same(self.chosen(name), self.before.chosen(name), area=name in self.areas)

    def news(self, values: Mapping[str, Any], *together: Sequence[str]) -> dict[str, Any]:
        """Of `values` by field those that came back otherwise than they were shown, for a verb that sets what it gets;
        of names that are judged `together` all, once one of them did."""
        return only(values, [name for name in values if not self.stays(name)], together)

    def untouched(self) -> bool:
        """Whether nothing at all came back otherwise than it was shown."""
        return self.before is not None and all(self.stays(name) for name in self.before.values if name in self.values)

    def clock(self, name: str) -> tzinfo:
        """The clock by which a moment was shown and typed; it may be another by now."""
        named = self.value(f"{name}_zone")
        return zone(named) if is_zone(named) else current().zone

    def clock_said(self, name: str) -> str:
        """As people call it, with the distance from UTC where the moment shown comes twice on that clock."""
        moment = self.moments.get(name)
        return clock_said(self.clock(name), moment, current().language)
