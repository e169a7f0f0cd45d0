"""Columns of a list: where a value comes from, and how it is written in a cell, in a file and in a cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape as html_escape
from typing import Any

from markupsafe import Markup, escape

from kam.language import gettext
from kam.web import formats
from kam.web.badges import LEVELS, STAGES, Badges, badge
from kam.web.templates import moment_tag
from kam.web.zones import local

Row = Mapping[str, Any]
Write = Callable[[Any, Row], Any]

NUMERIC = frozenset({"number", "count", "money", "percent"})
# What a cursor's text is read back as; it must be the column's own type for its index to be of use.
CASTS = {
    "number": "numeric", "money": "numeric", "percent": "numeric", "count": "bigint", "level": "bigint",
    "grade": "bigint", "date": "date", "ago": "timestamptz", "moment": "timestamptz", "yes_no": "boolean",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """`sql` is the value. `kind`: text, number, count, money, percent, date, ago, moment, yes_no, badge, stage, level,
    choice, grade (a choice of numbers), tags, person.

    `link` makes the cell a link, e.g. "/customers/{id}" ({name} of any column or extra); `under` names an extra shown
    small below; `currency` names the extra or column that holds it;
    `digits` are the decimals of a number. `nullable=False` lets sorting use a plain index;
    `order` is what is sorted where it is not the value itself; `tie` is the key to sort ties by where another table's
    index has it. `protect` is the ability that whoever sees it must have.
    """

    name: str
    title: str
    sql: str
    kind: str = "text"
    sort: bool = True
    nullable: bool = True
    shown: bool = True
    main: bool = False
    link: str = ""
    under: str = ""
    currency: str = ""
    digits: int | None = None
    choices: Mapping[Any, str] | None = None
    badges: Badges | None = None
    tie: str = ""
    order: str = ""
    protect: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def cast(self) -> str:
        return CASTS.get(self.kind, "text")


def writer(column: Column, language: str) -> Write:
    """How this column's cells are written, decided once for all rows."""
    plain = _plain(column, language)
    if not column.link and not column.under:
        return plain
    link, before, after = column.link, *_around_id(column.link)

    def linked(value: Any, row: Row) -> str:
        shown = plain(value, row)
        if link:
            address = f"{before}{row['id']}{after}" if before else escape(link.format_map(row))
            shown = f'<a href="{address}">{shown or "…"}</a>'
        small = row[column.under] if column.under else None
        return f'{shown}<small class="under">{_safe(small)}</small>' if small else shown

    return linked


def _around_id(link: str) -> tuple[str, str]:
    """Most links only need the row's id; format_map would cost more than all else in the cell."""
    before, found, after = link.partition("{id}")
    return (before, after) if found and "{" not in before + after else ("", "")


def _plain(column: Column, language: str) -> Write:
    kind = column.kind
    if kind in ("badge", "stage", "level") or column.badges:
        badges = {"stage": STAGES, "level": LEVELS}.get(kind, {}) if column.badges is None else column.badges
        drawn: dict[Any, str] = {}

        def drawn_once(value: Any, row: Row) -> str:
            shown = drawn.get(value)
            if shown is None:
                shown = drawn[value] = str(badge(badges, value, language))
            return shown

        return drawn_once
    if kind == "money":
        currency = column.currency
        return lambda value, row: formats.money(value, row[currency] if currency else "EUR", language)
    if kind in ("number", "count"):
        digits = 1 if kind == "number" and column.digits is None else column.digits  # the same for all, so points align
        return lambda value, row: formats.number(value, digits if kind == "number" else None)
    if kind == "percent":
        digits = column.digits or 0
        return lambda value, row: formats.percent(value, digits)
    if kind == "text":
        return lambda value, row: _safe(value) if value else ""
    if kind == "date":
        return lambda value, row: formats.day(local(value), language) if value else ""
    if kind == "moment":
        return lambda value, row: formats.moment(local(value), language) if value else ""
    if kind == "ago":
        return lambda value, row: moment_tag(value, language)
    if kind in ("yes_no", "choice", "grade"):
        titles = _titles(column, language)
        return lambda value, row: titles.get(str(value), "" if value is None else str(value))
    if kind == "tags":
        return lambda value, row: Markup("").join(
            Markup('<span class="tag">{}</span>').format(tag) for tag in value or ()
        )
    return lambda value, row: "" if value is None else escape(value)


def _safe(value: Any) -> str:
    """Escaped, as a plain str: joining those is many times faster than joining Markup."""
    text = str(value)
    return text if text.isalnum() else html_escape(text)


def _titles(column: Column, language: str) -> dict[str, str]:
    choices = {"True": "Yes", "False": "No"} if column.kind == "yes_no" else column.choices or {}
    return {str(value): str(escape(gettext(language, title))) for value, title in choices.items()}


def body(rows: list[Any], columns: list[Column], language: str, *, bulk: bool) -> Markup:
    """The table rows as one text; a macro call per cell would cost more than the query."""
    cells = [(column.name, writer(column, language), _opening(column, language)) for column in columns]
    out: list[str] = []
    main = next((column.name for column in columns if column.main), "id")
    for row in rows:
        out.append("<tr>")
        if bulk:
            out.append(
                f'<td class="pick"><input type="checkbox" name="ids" value="{row["id"]}"'
                f' aria-label="{_safe(row[main])}"></td>'
            )
        for name, write, opening in cells:
            out.append(f"{opening}{write(row[name], row)}</td>")
        out.append("</tr>")
    return Markup("".join(out))


def _opening(column: Column, language: str) -> str:
    css = "main" if column.main else "num" if column.numeric else f"is-{column.kind}"
    return f'<td class="{css}" data-title="{escape(gettext(language, column.title))}">'
