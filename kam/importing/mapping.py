"""Which column of a file fills which field: a guess from the header, checked before it is used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kam.errors import Invalid
from kam.importing.fields import FileKind
from kam.language import N_

# field name -> position of its column, from 0
Columns = Mapping[str, int]

NOT_TAKEN = N_("Columns not taken: %(columns)s")
_PUNCTUATION = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain(header: str) -> str:
    """A header name without case, punctuation and doubled spaces: `Order-ID ` and `order_id` are the same.

    >>> plain("Country/Region")
    'country region'
    """
    return _PUNCTUATION.sub(" ", header.strip()).strip().lower()


def guess(kind: FileKind, header: Sequence[str]) -> dict[str, int]:
    """The most telling column for each field; a column fills one field at most, fields choose in their order."""
    spellings = [_spellings(name) for name in header]
    chosen: dict[str, int] = {}
    candidates = [
        (rank, order, column)
        for order, field in enumerate(kind.fields)
        for rank, name in enumerate(kind.headers(field))
        for column, spelled in enumerate(spellings)
        if name in spelled
    ]
    for _, order, column in sorted(candidates):
        field = kind.fields[order]
        if field.name not in chosen and column not in chosen.values():
            chosen[field.name] = column
    return chosen


def column_of(field: str) -> str:
    """What a form calls the choice of the column that fills this field."""
    return f"column_{field}"


def not_taken(header: Sequence[str], first: Sequence[Sequence[str]], columns: Columns) -> list[str]:
    """The columns that fill no field, by name or else by number; one without a name and with nothing in it is none."""
    left = [place for place in range(len(header)) if place not in columns.values()]
    names = {place: " ".join(header[place].split()) for place in left}
    return [names[place] or str(place + 1) for place in left if names[place] or _filled(first, place)]


def _filled(first: Sequence[Sequence[str]], place: int) -> bool:
    return any(place < len(row) and row[place].strip() for row in first)


def _spellings(name: str) -> set[str]:
    return {plain(name), plain(_CAMEL.sub(" ", name))}


def check(kind: FileKind, columns: Columns, width: int) -> dict[str, int]:
    """The columns as they will be used; raises Invalid naming the fields that still need one."""
    known = {field.name for field in kind.fields}
    chosen = {name: column for name, column in columns.items() if name in known and 0 <= column < width}
    missing = [need for need in kind.needs if not need & chosen.keys()]
    if missing:
        fields = [sorted(need)[0] for need in missing]
        raise Invalid(
            {column_of(name): N_("Choose the column that holds this field.") for name in fields},
            f"No column of the file is known to hold: {', '.join(fields)}. Name it, as in --map {fields[0]}=COLUMN.",
        )
    return chosen
