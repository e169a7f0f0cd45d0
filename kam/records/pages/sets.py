"""The parts of a record in its form and on its page: a table with a row for each, as a set under its owner's revision.

Each field of a row stands as often as there are rows, by their places: `lines_quantity`. What is wrong with one is told
under its place: `lines_2_quantity` for that of the third row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from markupsafe import Markup

from kam.language import N_, gettext
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records import judging, reading
from kam.records import sets as stored
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages import telling, ticking
from kam.records.pages.choosing import chosen_by
from kam.records.pages.controls import Control, controls_of_row
from kam.records.parts import Parts
from kam.records.visibility import seen_of
from kam.web import formats
from kam.web.current import current
from kam.web.forms import Form
from kam.web.unchanged import line

EMPTY_ROWS = 3
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A set as a form draws it: what may be written in each column, and the texts of each row."""

    name: str
    title: str
    one: str
    columns: Sequence[Control]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Told:
    """A set as the page of its record shows it: the columns with whether they are numbers, and the rows."""

    title: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Any]]


def fill(part: Parts, viewer: Viewer, form: Form, rows: Sequence[Row]) -> None:
    for one in written(part, viewer):
        there = [row for row in rows if row[one.name]] if part.ticked else rows
        shown = [Form.of({"": row[one.name]}).value("") for row in there]
        form.values[f"{part.name}_{one.name}"] = shown


async def named(kind: Kind, viewer: Viewer, form: Form) -> None:
    """Puts what a person would type in the place of the ids of records."""
    for part in _tables(kind):
        for one in written(part, viewer):
            if one.type == f.RECORD and (choice := chosen_by(one, form.whose)):
                await choice.write(form, viewer, f"{part.name}_{one.name}")


async def said(kind: Kind, viewer: Viewer, form: Form) -> dict[str, list[dict[str, Any]]]:
    """The rows of each set that the form has and that did not come back as it was shown; every fault at its place."""
    tables = {
        part.name: await _rows(part, viewer, form)
        for part in _tables(kind)
        if any(f"{part.name}_{one.name}" in form.values for one in part.fields) and not _stays(part, viewer, form)
    }
    return tables | {
        part.name: await ticking.rows(part, viewer, form)
        for part in kind.parts
        if part.ticked and ticking.is_there(part, form) and not ticking.stays(part, viewer, form)
    }


def _tables(kind: Kind) -> list[Parts]:
    return [part for part in kind.parts if not part.ticked]


def _stays(part: Parts, viewer: Viewer, form: Form) -> bool:
    if form.before is None:
        return False
    return _texts(part, viewer, form) == _texts(part, viewer, form.before)


async def _rows(part: Parts, viewer: Viewer, form: Form) -> list[dict[str, Any]]:
    fields = written(part, viewer)
    meant = {one.name: await _meant(part, one, viewer, form) for one in fields if one.type == f.RECORD}
    return [
        _row(part, place, list(zip(fields, texts, strict=True)), meant, form)
        for place, texts in enumerate(_texts(part, viewer, form))
    ]


async def _meant(part: Parts, one: Field, viewer: Viewer, form: Form) -> Mapping[str, UUID | str]:
    texts = (text.strip() for text in form.chosen(f"{part.name}_{one.name}"))
    choice = chosen_by(one, form.whose)
    return await choice.all_meant(texts, viewer) if choice else {}


def _row(
    part: Parts,
    place: int,
    texts: Sequence[tuple[Field, str]],
    meant: Mapping[str, Mapping[str, UUID | str]],
    form: Form,
) -> dict[str, Any]:
    """A field that was left empty is as usual."""
    row: dict[str, Any] = {}
    for one, text in texts:
        if not text and one.usual is not None:
            continue
        value = _value(one, text, meant)
        fault = value.args[0] if isinstance(value, reading.Unfit) else judging.fault(one, value)
        if fault:
            form.fault(f"{part.name}_{place}_{one.name}", fault)
        row[one.name] = one.empty if isinstance(value, reading.Unfit) else value
    return row


def _value(one: Field, text: str, meant: Mapping[str, Mapping[str, UUID | str]]) -> Any:
    """What was written, or why it is nothing."""
    if one.type == f.RECORD:
        found = meant[one.name].get(text)
        return reading.Unfit(found) if isinstance(found, str) else found
    try:
        return judging.tidy(one, reading.read(one, [text]))
    except reading.Unfit as unfit:
        return unfit


def _texts(part: Parts, viewer: Viewer, form: Any) -> list[list[str]]:
    """The rows that say anything, as they come back from a page."""
    return [texts for texts in _typed(part, viewer, form) if any(texts)]


def _typed(part: Parts, viewer: Viewer, form: Any) -> list[list[str]]:
    columns = [form.chosen(f"{part.name}_{one.name}") for one in written(part, viewer)]
    count = max((len(texts) for texts in columns), default=0)
    return [[line(texts[place]).strip() if place < len(texts) else "" for texts in columns] for place in range(count)]


def theirs(kind: Kind, viewer: Viewer, form: Form, stands: Form) -> list[tuple[str, str]]:
    """The sets of which somebody else has saved other rows meanwhile, with what stands in them."""
    return [
        (part.title, "; ".join(" · ".join(filter(None, texts)) for texts in _texts(part, viewer, stands)))
        for part in kind.parts
        if _texts(part, viewer, form) != _texts(part, viewer, stands)
    ]


def sheets(kind: Kind, viewer: Viewer, form: Form, *, more: bool) -> list[Sheet]:
    """What was typed, and empty rows beneath it for what comes."""
    made = []
    for part in _tables(kind):
        fields = written(part, viewer)
        rows = _texts(part, viewer, form)
        empty = EMPTY_ROWS if more or not rows else 0
        made.append(
            Sheet(part.name, part.title, part.one, controls_of_row(fields), [*rows, *[[""] * len(fields)] * empty])
        )
    return made


async def told(kind: Kind, viewer: Viewer, row: Row) -> list[Told]:
    shown = []
    for part in kind.parts:
        rows = (await stored.read(part, [row["id"]], named=True))[row["id"]]
        shown.append(told_rows(part, seen_of(part.fields, viewer), rows))
    return shown


def told_rows(part: Parts, fields: Sequence[Field], rows: Sequence[Row]) -> Told:
    columns = [(one.title, one.type in f.NUMBERS) for one in fields]
    if part.ticked:
        return Told(part.title, columns, [[_several(one, rows) for one in fields]] if rows else [])
    return Told(part.title, columns, [[telling.value_of(one, each) for one in fields] for each in rows])


def _several(one: Field, rows: Sequence[Row]) -> Any:
    """What was ticked, side by side."""
    named = [telling.value_of(one, row) for row in rows if row[one.name]]
    return Markup(", ").join(named) if named else formats.NOTHING


def changed(kind: Kind, changes: Mapping[str, Any]) -> list[str]:
    """One line for each set that changed: how many rows it had and has."""
    language = current().language
    return [
        gettext(
            language,
            N_("%(what)s: %(old)s → %(new)s"),
            what=gettext(language, part.title),
            old=len(changes[part.name][0] or ()),
            new=len(changes[part.name][1] or ()),
        )
        for part in kind.parts
        if part.name in changes
    ]


def written(part: Parts, viewer: Viewer) -> tuple[Field, ...]:
    """The fields of a row that this viewer may say something of."""
    return tuple(one for one in seen_of(part.fields, viewer) if not one.reckoned)
