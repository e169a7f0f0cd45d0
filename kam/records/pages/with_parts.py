"""The list of a kind with its parts as a file: a row for each part, in the columns by which such a file comes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from litestar import Request, Response

from kam.database.engine import DB
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records import referring, sets
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages.columns import COLUMNS
from kam.records.parts import Parts, heading
from kam.records.visibility import seen_of, shown
from kam.web.current import current
from kam.web.list_columns import Column
from kam.web.lists import ListOf

Row = Mapping[str, Any]
# What people and records are known by in a file.
_PEOPLE = "SELECT id, email AS known FROM person WHERE id = ANY($1)"
_RECORDS = "SELECT id, coalesce(nullif(number, ''), title) AS known FROM record WHERE id = ANY($1)"


def offered(kind: Kind) -> str:
    """The title of the parts, where a file that comes in again would find its records by their numbers."""
    return kind.parts[0].title if kind.parts and kind.number else ""


async def file(kind: Kind, request: Request[Any, Any, Any], made: ListOf, wanted: str) -> Response[Any]:
    """Of the records that the list shows, by the same filters and in the same order."""
    fields = tuple(one for one in shown(kind, request.user) if not one.reckoned)
    columns = [*_columns(kind, fields, made), *_columns_of_parts(kind, fields, request.user)]
    named = {column.name for column in columns}
    sorting = [replace(column, shown=False) for column in made.columns if column.name not in named]
    return await made.also(
        name=f"{kind.path}-{'-'.join(part.name for part in kind.parts)}",
        columns=[*columns, *sorting],
        extras={},
        expanded=lambda rows: _expanded(kind, rows),
    ).file(request, wanted)


def _columns(kind: Kind, fields: Sequence[Field], made: ListOf) -> list[Column]:
    known = {one.name: one for one in made.columns}
    first = [known["number"]] if kind.number else []
    if kind.belongs:
        first.append(Column("customer", N_("Customer"), "customer.code", sort=False))
    return [*first, *(replace(COLUMNS[one.type](one), shown=True, sql=_known_by(one)) for one in fields)]


def _known_by(one: Field) -> str:
    if one.type == f.PERSON:
        return f"of_{one.name}.email"
    if one.type == f.RECORD and one.of not in referring.OUTSIDE:
        return f"coalesce(nullif(of_{one.name}.number, ''), of_{one.name}.title)"
    return f"of_{one.name}.{referring.OUTSIDE[one.of].title}" if one.type == f.RECORD else f"t.{one.name}"


def _columns_of_parts(kind: Kind, fields: Sequence[Field], viewer: Viewer) -> list[Column]:
    taken, language = {one.title for one in fields}, current().language
    return [
        replace(
            COLUMNS[one.type](one),
            name=part.column(one),
            title=heading(part, one, language) if one.title in taken else one.title,
            sql="NULL",
            sort=False,
            shown=True,
        )
        for part in kind.parts
        for one in seen_of(part.fields, viewer)
        if not one.reckoned
    ]


async def _expanded(kind: Kind, rows: Sequence[Row]) -> list[Row]:
    """Each part in a row of its own, with its record before it; a record without any in one row."""
    ids = [row["id"] for row in rows]
    parted: dict[Any, list[Row]] = {}
    for part in kind.parts:
        found = await sets.read(part, ids)
        known = await _known(part, [each for some in found.values() for each in some])
        for record, some in found.items():
            parted.setdefault(record, []).extend(_told(part, each, known) for each in some)
    return [{**row, **each} for row in rows for each in parted.get(row["id"]) or [{}]]


def _told(part: Parts, row: Row, known: Mapping[Any, str]) -> dict[str, Any]:
    return {part.column(one): known.get(row[one.name], row[one.name]) for one in part.fields}


async def _known(part: Parts, rows: Sequence[Row]) -> dict[Any, str]:
    known: dict[Any, str] = {}
    for type, sql in ((f.PERSON, _PEOPLE), (f.RECORD, _RECORDS)):
        names = [one.name for one in part.fields if one.type == type]
        ids = list({row[name] for row in rows for name in names if row[name]})
        known |= {row["id"]: row["known"] for row in await DB.fetch(sql, ids)} if ids else {}
    return known
