"""Filters of a list: what the address says becomes conditions; what cannot be read is said at the field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.sql import Params
from kam.language import gettext
from kam.people.viewer import Viewer
from kam.records import reading
from kam.web.choices import BETWEEN
from kam.web.zones import here

Query = Mapping[str, Sequence[str]]
Choices = Mapping[str, str] | Callable[[Viewer], Awaitable[Sequence[tuple[str, str]]]]


@dataclass(frozen=True)
class Filter:
    """`kind`: choice (any of several), text (contains), number, date (ranges), moment (a range of days by the clock of
    who looks), yes_no, person (me, none, an id, or typed where there are many), one (an id that a link from another
    page gives; the page says itself whose it is).

    `choices` is value -> N_ title, or a function of the viewer that gives (value, text already in words).
    A yes_no filter's `sql` is a condition; the others' a value.
    """

    name: str
    title: str
    sql: str
    kind: str = "choice"
    choices: Choices = field(default_factory=dict)
    cast: str = ""

    def condition(self, query: Query, params: Params, viewer: Viewer) -> str:
        """SQL, or "" where the address says nothing (or nothing that can be read) of this filter."""
        return _CONDITIONS[self.kind](self, query, params, viewer)

    def error(self, query: Query, language: str) -> str:
        if self.kind in ("number", "date", "moment"):
            read, sentence = (_number, reading.NO_NUMBER) if self.kind == "number" else (_date, reading.NO_DATE)
            if any(
                read(text) is None
                for text in (_one(query, self.name + "_from"), _one(query, self.name + "_to"))
                if text
            ):
                return gettext(language, sentence)
        return ""

    def active(self, query: Query) -> bool:
        return any(query.get(name) for name in (self.name, f"{self.name}_from", f"{self.name}_to"))


def _one(query: Query, name: str) -> str:
    texts = query.get(name)
    return texts[-1].strip() if texts else ""


def _number(text: str) -> Decimal | None:
    value: Decimal | None = _read(text, reading.decimal)
    return value


def _date(text: str) -> date | None:
    value: date | None = _read(text, reading.day)
    return value


def _read(text: str, reader: Callable[[str], Any]) -> Any:
    """By the reader that forms and files share; None for what it cannot read."""
    try:
        return reader(text)
    except reading.Unfit:
        return None


def _choice(self: Filter, query: Query, params: Params, _viewer: Viewer) -> str:
    chosen = [value for value in query.get(self.name, ()) if value]
    if not chosen:
        return ""
    known = [value for value in chosen if callable(self.choices) or value in self.choices]
    if self.cast:
        return f"({self.sql})::text = ANY({params(known)})"
    return f"{self.sql} = ANY({params(known)})"


def _text(self: Filter, query: Query, params: Params, _viewer: Viewer) -> str:
    text = _one(query, self.name)
    return f"{self.sql} ILIKE {params('%' + like(text) + '%')}" if text else ""


def like(text: str) -> str:
    """`text` as itself inside a LIKE pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("\x00", "")


def _range(self: Filter, query: Query, params: Params, read: Callable[[str], Any], kind: str) -> str:
    least, most = read(_one(query, self.name + "_from")), read(_one(query, self.name + "_to"))
    parts = [f"{self.sql} >= {params(least)}::{kind}"] if least is not None else []
    parts += [f"{self.sql} <= {params(most)}::{kind}"] if most is not None else []
    return " AND ".join(parts)


def _days(self: Filter, query: Query, params: Params) -> str:
    """From the beginning of the first day to the end of the last."""
    first, last = _date(_one(query, self.name + "_from")), _date(_one(query, self.name + "_to"))
    parts = [f"{self.sql} >= {params(_begins(first))}"] if first else []
    parts += [f"{self.sql} < {params(_begins(last + timedelta(days=1)))}"] if last and last < date.max else []
    return " AND ".join(parts)


def _begins(day: date) -> datetime:
    return here(datetime.combine(day, time()))


def _yes_no(self: Filter, query: Query, _params: Params, _viewer: Viewer) -> str:
    return {"yes": f"({self.sql})", "no": f"NOT COALESCE(({self.sql}), FALSE)"}.get(_one(query, self.name), "")


def _person(self: Filter, query: Query, params: Params, viewer: Viewer) -> str:
    text = _one(query, self.name)
    if not text:
        return ""
    if text == "none":
        return f"{self.sql} IS NULL"
    try:
        return f"{self.sql} = {params(viewer.id if text == 'me' else UUID(text))}"
    except ValueError:
        return f"{self.sql} IN (SELECT p.id FROM person p WHERE {_called(text, params)})"


def _one_of(self: Filter, query: Query, params: Params, _viewer: Viewer) -> str:
    """What is no id leaves nothing, as does the id of nothing."""
    text = _one(query, self.name)
    if not text:
        return ""
    try:
        return f"{self.sql} = {params(UUID(text))}"
    except ValueError:
        return "FALSE"


def _called(text: str, params: Params) -> str:
    """Who was typed: by the address of a proposal that was taken, or by a part of the name."""
    name, _, address = text.replace("\x00", "").rpartition(BETWEEN)
    return f"p.email = {params(address)}" if name else f"p.name ILIKE {params('%' + like(text) + '%')}"


_CONDITIONS: dict[str, Callable[[Filter, Query, Params, Viewer], str]] = {
    "choice": _choice,
    "text": _text,
    "number": lambda self, query, params, viewer: _range(self, query, params, _number, "numeric"),
    "date": lambda self, query, params, viewer: _range(self, query, params, _date, "date"),
    "moment": lambda self, query, params, _viewer: _days(self, query, params),
    "yes_no": _yes_no,
    "person": _person,
    "one": _one_of,
}
