"""What each kind of record may get from a file: made from its fields, so that no kind has code of its own here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kam.importing.fields import CUSTOMER_OF_RECORD, DATE, DECIMAL, INTEGER, KEY, KINDS, TEXT, Field, FileKind
from kam.importing.mapping import plain
from kam.language import LANGUAGES, N_, gettext
from kam.records import catalogue
from kam.records import fields as f
from kam.records.kind import Kind

# How the child reads a cell by the layout of the file. All else is read by `kam.records.reading`, as in a form.
_CELLS = {f.WHOLE: INTEGER, f.NUMBER: DECIMAL, f.MONEY: DECIMAL, f.DAY: DATE}
# Without rules, which cannot be sent to the child; of a name they only say how long it may be.
_WHOSE = tuple(replace(one, judged=None, length=one.longest()) for one in CUSTOMER_OF_RECORD)
NUMBER, EXTERNAL_KEY = "number", "external_key"


def every() -> Mapping[str, FileKind]:
    return KINDS | {kind.path: file_kind(kind) for kind in _that_come_by_file()}


def record_kind(name: str) -> Kind | None:
    return next((kind for kind in _that_come_by_file() if kind.path == name), None)


def sent(kind: FileKind) -> str | FileKind:
    """As the child that reads knows it."""
    return kind.name if kind.name in KINDS else kind


def file_kind(kind: Kind) -> FileKind:
    own = tuple(one for one in kind.fields if not one.reckoned)
    number = (Field(NUMBER, N_("Number"), KEY),) if kind.number else ()
    fields = (*number, *(_WHOSE if kind.belongs else ()), *(_field(one.name, one) for one in own))
    key = {NUMBER, EXTERNAL_KEY} & {one.name for one in fields}
    named = {one.name: _names(one.name, one.title) for one in (*number, *own)}
    return FileKind(
        kind.path,
        kind.titles,
        fields,
        needs=(
            *((frozenset({"customer", "customer_name", *key}),) if kind.belongs else ()),
            *(frozenset({one.name, *key}) for one in own if one.required and one.usual is None),
        ),
        names=named,
    )


def _that_come_by_file() -> list[Kind]:
    """A line of a file is one record, so those that must have parts are not among them."""
    return [kind for kind in catalogue.current().values() if kind.path not in KINDS and not kind.parts]


def _field(name: str, one: f.Field) -> Field:
    return Field(name, one.title, _CELLS.get(one.type, TEXT))


def _names(name: str, title: str) -> tuple[str, ...]:
    """Its title in each language and its name, as `mapping.plain` spells them."""
    return tuple(dict.fromkeys(plain(one) for one in (*(gettext(language, title) for language in LANGUAGES), name)))
