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
from kam.records.parts import Parts, heading
from kam.records.sharing import link_of

# How the child reads a cell by the layout of the file. All else is read by `kam.records.reading`, as in a form.
_CELLS = {f.WHOLE: INTEGER, f.NUMBER: DECIMAL, f.MONEY: DECIMAL, f.DAY: DATE}
# Without rules, which cannot be sent to the child; of a name they only say how long it may be.
_WHOSE = tuple(replace(one, judged=None, length=one.longest()) for one in CUSTOMER_OF_RECORD)
NUMBER, EXTERNAL_KEY = "number", "external_key"
TOGETHER = "together"  # what rows of one record have in common, where they have no number yet; it is not kept
_TOGETHER = Field(TOGETHER, N_("Key of the record"), KEY, length=120)


def every() -> Mapping[str, FileKind]:
    return KINDS | {kind.path: file_kind(kind) for kind in _that_come_by_file()}


def record_kind(name: str) -> Kind | None:
    return next((kind for kind in _that_come_by_file() if kind.path == name), None)


def sent(kind: FileKind) -> str | FileKind:
    """As the child that reads knows it."""
    return kind.name if kind.name in KINDS else kind


def file_kind(kind: Kind) -> FileKind:
    own = tuple(one for one in (*kind.fields, *of_link(kind)) if not one.reckoned)
    number = (Field(NUMBER, N_("Number"), KEY),) if kind.number else ()
    together = (_TOGETHER,) if kind.parts else ()
    parts = tuple((part, one) for part in kind.parts for one in part.fields if not one.reckoned)
    fields = (
        *number,
        *together,
        *(_WHOSE if kind.of_customers else ()),
        *(_field(one.name, one) for one in own),
        *(_field(part.column(one), one) for part, one in parts),
    )
    key = {NUMBER, EXTERNAL_KEY} & {one.name for one in fields}
    named = {one.name: _names(one.name, one.title) for one in (*number, *together, *own)}
    named |= {part.column(one): _names_of_part(part, one) for part, one in parts}
    return FileKind(
        kind.path,
        kind.titles,
        fields,
        needs=(
            *((frozenset({"customer", "customer_name", *key}),) if kind.of_customers else ()),
            *(frozenset({one.name, *key}) for one in own if one.required and one.usual is None),
        ),
        names=named,
        whole=bool(kind.parts),
    )


def of_link(kind: Kind) -> tuple[f.Field, ...]:
    """What a line says of a record at its customer, where several have it."""
    if kind.shared is None:
        return ()
    return tuple(one for one in link_of(kind).fields if one.name != kind.shared.column and not one.reckoned)


def _that_come_by_file() -> list[Kind]:
    """A line of a file says what the one form of a kind says."""
    others = (kind for kind in catalogue.current().values() if kind.path not in KINDS)
    return [kind for kind in others if kind.shares_pages]


def _field(name: str, one: f.Field) -> Field:
    return Field(name, one.title, _CELLS.get(one.type, TEXT))


def _names_of_part(part: Parts, one: f.Field) -> tuple[str, ...]:
    """`Line: Notes` is surely that of the part, `Notes` where the record has none."""
    of_part = (plain(heading(part, one, language)) for language in LANGUAGES)
    return tuple(dict.fromkeys((*of_part, *_names(part.column(one), one.title))))


def _names(name: str, title: str) -> tuple[str, ...]:
    """Its title in each language and its name, as `mapping.plain` spells them."""
    return tuple(dict.fromkeys(plain(one) for one in (*(gettext(language, title) for language in LANGUAGES), name)))
