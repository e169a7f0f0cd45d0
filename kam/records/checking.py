"""What is wrong with the kinds, said at start and by `kam check`: a field without its column, a reference to nothing.

Neither a form nor a file then meets it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from piccolo.columns import (
    UUID,
    Array,
    BigInt,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from kam.errors import DomainError
from kam.people.roles import ABILITIES
from kam.records import fields as f
from kam.records import referring
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.workflow.definition import Definition

Types = tuple[type[Column], ...]
_WHOLE: Types = (Integer, BigInt, SmallInt)

COLUMNS: Mapping[str, Types] = {
    **dict.fromkeys((*f.TEXTS, f.CHOICE, f.CURRENCY), (Varchar, Text)),
    f.TAGS: (Array,),
    **dict.fromkeys((f.WHOLE, f.GRADE), _WHOLE),
    **dict.fromkeys((f.NUMBER, f.PERCENT, f.MONEY), (Numeric,)),
    f.DAY: (Date,),
    f.MOMENT: (Timestamptz,),
    f.YES_NO: (Boolean,),
    **dict.fromkeys((f.PERSON, f.RECORD), (ForeignKey,)),
}
EVERY: Mapping[str, Types] = {
    "id": (UUID,),
    "created_at": (Timestamptz,),
    "created_by": (ForeignKey,),
    "updated_at": (Timestamptz,),
    "deleted_at": (Timestamptz,),
    "revision": (Integer,),
}


class FaultyKinds(DomainError):
    """Every fault of every kind at once."""


def check(kinds: Iterable[Kind], definitions: Mapping[str, Definition]) -> None:
    """Raises FaultyKinds."""
    if found := faults(kinds, definitions):
        raise FaultyKinds("\n".join(found))


def faults(kinds: Iterable[Kind], definitions: Mapping[str, Definition]) -> list[str]:
    kinds = tuple(kinds)
    known = {kind.name: kind for kind in kinds}
    twice = [
        f"Two kinds of record have the {what} “{value}”."
        for what, values in (("name", [kind.name for kind in kinds]), ("path", [kind.path for kind in kinds]))
        for value in sorted({one for one in values if values.count(one) > 1})
    ]
    return twice + [f"Kind “{kind.name}”: {said}" for kind in kinds for said in _of_kind(kind, known, definitions)]


def _of_kind(kind: Kind, known: Mapping[str, Kind], definitions: Mapping[str, Definition]) -> Iterator[str]:
    yield from _every_column(kind)
    yield from _fields(kind.table, kind.fields, known)
    for part in kind.parts:
        yield from _columns(part.table, {"id": (UUID,), part.owner: (ForeignKey,), "position": _WHOLE})
        yield from _fields(part.table, part.fields, known)
    yield from _names(kind)
    yield from _sharing(kind, known)
    yield from _abilities(kind)
    yield from _workflow(kind, definitions)


def _every_column(kind: Kind) -> Iterator[str]:
    wanted = dict(EVERY)
    if kind.belongs and not kind.is_itself:
        wanted[kind.belongs.column] = (ForeignKey,)
    if kind.number and not kind.known_by:
        wanted["number"] = (Varchar, Text)
    if kind.workflow:
        wanted["state"] = (Varchar, Text)
    yield from _columns(kind.table, wanted)


def _columns(table: type[Table], wanted: Mapping[str, Types]) -> Iterator[str]:
    there = {column._meta.name: column for column in table._meta.columns}
    for name, types in wanted.items():
        if name not in there:
            yield f"the table `{table._meta.tablename}` has no column `{name}`."
        elif not isinstance(there[name], types):
            which = " or ".join(one.__name__ for one in types)
            yield f"the column `{name}` is {type(there[name]).__name__}, not {which}."


def _fields(table: type[Table], fields: Iterable[Field], known: Mapping[str, Kind]) -> Iterator[str]:
    there = {column._meta.name: column for column in table._meta.columns}
    for one in fields:
        yield from _columns(table, {one.name: COLUMNS[one.type]})
        if one.name in there:
            yield from _room(one, there[one.name])
        if one.type == f.RECORD and one.of not in known and one.of not in referring.OUTSIDE:
            yield f"the field `{one.name}` refers to “{one.of}”, which is no kind of record."


def _room(one: Field, column: Column) -> Iterator[str]:
    if one.empty is None and not one.required and not one.reckoned and not column._meta.null:
        yield f"the column `{one.name}` must be able to hold nothing, since its field need not be filled."
    room, longest = getattr(column, "length", None), _longest(one)
    if room and longest > room:
        yield f"the field `{one.name}` takes {longest} characters, its column only {room}."


def _longest(one: Field) -> int:
    if one.type in f.TEXTS:
        return one.longest
    return max((len(str(key)) for key in one.choices), default=3 if one.type == f.CURRENCY else 0)


def _names(kind: Kind) -> Iterator[str]:
    named: tuple[tuple[str, Any, frozenset[str]], ...] = (
        ("is called by", kind.titled, frozenset({f.TEXT})),
        ("is sorted by", kind.sort.removeprefix("-"), frozenset(f.TYPES)),
        *((f"has a currency for `{one.name}` in", one.currency, frozenset({f.CURRENCY})) for one in _amounts(kind)),
        *(("has a unique constraint at", place, frozenset(f.TYPES)) for place, _ in kind.taken.values()),
    )
    for what, name, types in named:
        if name and name not in ("number", "added") and not _is_field(kind, name, types):
            yield f"it {what} `{name}`, which is no such field."
    for one in _amounts(kind):
        if not one.currency:
            yield f"the amount `{one.name}` does not say which field holds its currency."


def _sharing(kind: Kind, known: Mapping[str, Kind]) -> Iterator[str]:
    """A form of a new one says the fields of both."""
    if kind.shared is None:
        return
    link = known.get(kind.shared.kind)
    column = link.by_name.get(kind.shared.column) if link else None
    if link is None or link.belongs is None or column is None or column.of != kind.name:
        yield f"its links are “{kind.shared.kind}”, which is no kind of a customer with `{kind.shared.column}` of it."
        return
    for name in sorted({one.name for one in kind.fields} & {one.name for one in link.fields if not one.reckoned}):
        yield f"its links have a field `{name}` too, so that a form could not tell them apart."


def _amounts(kind: Kind) -> list[Field]:
    return [one for one in kind.fields if one.type == f.MONEY]


def _is_field(kind: Kind, name: str, types: frozenset[str]) -> bool:
    return name in kind.by_name and kind.by_name[name].type in types


def _abilities(kind: Kind) -> Iterator[str]:
    needed = [kind.ability, *(one.protect for one in kind.fields if one.protect)]
    for ability in (*needed, *(() if kind.of_customers else (kind.sees,))):
        if ability not in ABILITIES:
            yield f"“{ability}” is no ability of any role."


def _workflow(kind: Kind, definitions: Mapping[str, Definition]) -> Iterator[str]:
    if not kind.workflow:
        return
    if kind.workflow not in definitions:
        yield f"there is no workflow “{kind.workflow}”."
    elif definitions[kind.workflow].subject != kind.name:
        yield f"the workflow “{kind.workflow}” moves “{definitions[kind.workflow].subject}”."
