"""How a field stands in a list: its column and its filter, by type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kam.language import N_
from kam.people.queries import people_choices
from kam.records import fields as f
from kam.records import referring
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages.looking import badges_of
from kam.records.rules import CURRENCIES
from kam.web.badges import StateBadges
from kam.web.lists import Column, Filter
from kam.web.state_choices import StatesOf


def columns_of(kind: Kind, fields: tuple[Field, ...]) -> list[Column]:
    """What it is, whose and where it stands, then the fields in their order; only what has an index is sorted by."""
    title = kind.by_name[kind.titled]
    columns = [Column("number", N_("Number"), "t.number", sort=False, nullable=False)] if kind.number else []
    columns.append(
        Column(
            title.name, title.title, f"t.{title.name}", main=True, link=f"/{kind.path}/{{id}}", nullable=False,
            sort=title.indexed,
        )
    )  # fmt: skip
    if kind.belongs:
        columns.append(Column("customer", N_("Customer"), "customer.name", link="/customers/{customer_id}", sort=False))
    if kind.workflow:
        badges = StateBadges(kind.workflow, {})
        columns.append(Column("state", N_("State"), "t.state", kind="badge", badges=badges, sort=False))
    columns += [replace(COLUMNS[one.type](one), nullable=kind.may_be_empty(one)) for one in fields if one is not title]
    return [
        *columns,
        Column("added", N_("Added"), "t.created_at", kind="ago", nullable=False, shown=False, order="t.id"),
        Column("changed", N_("Changed"), "t.updated_at", kind="ago", nullable=False, shown=False, sort=False),
    ]


def filters_of(kind: Kind, fields: tuple[Field, ...]) -> list[Filter]:
    """Of what the list shows from the start; one finds by the title with the search."""
    filters = [Filter("customer", N_("Customer"), "t.customer", kind="one")] if kind.belongs else []
    if kind.workflow:
        filters.append(Filter("state", N_("State"), "t.state", choices=StatesOf(kind.workflow)))
    return filters + [FILTERS[one.type](one) for one in fields if one.listed and one.name != kind.titled]


def joins_of(kind: Kind, fields: tuple[Field, ...]) -> str:
    """The names of what the fields refer to; of records those that are nobody's or of the same customer, whom whoever
    sees the row sees too."""
    same = f" OR {{0}}.customer = t.{kind.belongs.column}" if kind.belongs else ""
    joins = ""
    for one in fields:
        if one.type in (f.PERSON, f.RECORD):
            joined, table = _joined(one), _table(one)
            joins += f" LEFT JOIN {table} AS {joined} ON {joined}.id = t.{one.name}"
            joins += f" AND ({joined}.customer IS NULL{same.format(joined)})" if table == "record" else ""
    return joins


def _column(kind: str, **more: Any) -> Callable[[Field], Column]:
    def column(one: Field) -> Column:
        return Column(
            one.name, one.title, f"t.{one.name}", kind=kind, sort=one.indexed, shown=one.listed, **more,
        )  # fmt: skip

    return column


def _number(kind: str) -> Callable[[Field], Column]:
    return lambda one: _column(kind, digits=one.digits)(one)


def _reference(one: Field) -> Column:
    return Column(one.name, one.title, _called(one), sort=False, shown=one.listed)


def _joined(one: Field) -> str:
    return f"of_{one.name}"


def _table(one: Field) -> str:
    if one.type == f.PERSON:
        return "person"
    return referring.OUTSIDE[one.of].table if one.of in referring.OUTSIDE else "record"


def _called(one: Field) -> str:
    if one.of in referring.OUTSIDE:
        return f"{_joined(one)}.{referring.OUTSIDE[one.of].title}"
    return f"{_joined(one)}.{'name' if one.type == f.PERSON else 'title'}"


def _filter(kind: str, **more: Any) -> Callable[[Field], Filter]:
    return lambda one: Filter(one.name, one.title, f"t.{one.name}", kind=kind, **more)


def _by_text(one: Field) -> Mapping[str, str]:
    """The numbers of a grade as an address says them."""
    return {str(key): title for key, title in one.choices.items()}


COLUMNS: Mapping[str, Callable[[Field], Column]] = {
    f.TEXT: _column("text"),
    f.LONG: _column("text"),
    f.EMAIL: _column("text"),
    f.PHONE: _column("text"),
    f.WEB: _column("text"),
    f.TAGS: _column("tags"),
    f.WHOLE: _column("count"),
    f.NUMBER: _number("number"),
    f.PERCENT: _number("percent"),
    f.MONEY: lambda one: _column("money", currency=f"{one.name}_currency" if one.currency else "")(one),
    f.CURRENCY: _column("text"),
    f.DAY: _column("date"),
    f.MOMENT: _column("moment"),
    f.YES_NO: _column("yes_no"),
    f.CHOICE: lambda one: (
        _column("badge", badges=badges_of(one))(one) if one.looks else _column("choice", choices=one.choices)(one)
    ),
    f.GRADE: lambda one: _column("grade", choices=one.choices, badges=badges_of(one) if one.looks else None)(one),
    f.PERSON: _reference,
    f.RECORD: _reference,
}
FILTERS: Mapping[str, Callable[[Field], Filter]] = {
    f.TEXT: _filter("text"),
    f.LONG: _filter("text"),
    f.EMAIL: _filter("text"),
    f.PHONE: _filter("text"),
    f.WEB: _filter("text"),
    f.TAGS: lambda one: Filter(one.name, one.title, f"array_to_string(t.{one.name}, ', ')", kind="text"),
    f.WHOLE: _filter("number"),
    f.NUMBER: _filter("number"),
    f.PERCENT: _filter("number"),
    f.MONEY: _filter("number"),
    f.CURRENCY: _filter("choice", choices={code: code for code in CURRENCIES}),
    f.DAY: _filter("date"),
    f.MOMENT: _filter("moment"),
    f.YES_NO: _filter("yes_no"),
    f.CHOICE: lambda one: _filter("choice", choices=one.choices)(one),
    f.GRADE: lambda one: _filter("choice", choices=_by_text(one), cast="text")(one),
    f.PERSON: _filter("person", choices=people_choices),
    f.RECORD: lambda one: Filter(one.name, one.title, _called(one), kind="text"),
}
