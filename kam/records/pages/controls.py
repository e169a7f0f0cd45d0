"""How a field is drawn in a form, by type; `templates/records/_controls.html` has the looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages.choosing import source_of
from kam.records.rules import CURRENCIES

_HINTS = {f.TAGS: N_("Separated by commas.")}
_CURRENCIES = tuple((code, code) for code in CURRENCIES)


@dataclass(frozen=True, slots=True)
class Control:
    """`look` is a macro of the template; `input` what a browser is told of a line. `beside` stands in the same place,
    as its currency does beside an amount."""

    name: str
    title: str
    look: str
    required: bool = False
    hint: str = ""
    wide: bool = False
    input: str = "text"
    mode: str = ""
    longest: int = 0
    least: str = ""
    most: str = ""
    source: str = ""
    choices: Any = ()
    beside: Control | None = None


def controls_of(kind: Kind, fields: Sequence[Field]) -> list[Control]:
    """In the order of the fields; a currency stands beside the first amount that is in it."""
    made = {one.name: CONTROLS[one.type](one) for one in fields}
    beside: dict[str, str] = {}
    for one in fields:
        if one.type == f.MONEY and one.currency in made:
            beside.setdefault(one.currency, one.name)
    for currency, amount in beside.items():
        made[amount] = replace(made[amount], beside=made[currency])
    return [made[one.name] for one in fields if one.name not in beside]


def controls_of_row(fields: Sequence[Field]) -> list[Control]:
    """Of a row of parts: each in a cell of its own."""
    return [CONTROLS[one.type](one) for one in fields]


def _control(look: str, **more: Any) -> Callable[[Field], Control]:
    def control(one: Field) -> Control:
        hint = one.help or _HINTS.get(one.type, "")
        return Control(one.name, one.title, look, required=one.required, hint=hint, **more)

    return control


def _line(**more: Any) -> Callable[[Field], Control]:
    return lambda one: replace(_control("line", **more)(one), longest=one.longest)


def _number(mode: str) -> Callable[[Field], Control]:
    """Of type text: what people write with commas and spaces is read, and a wheel changes nothing."""
    return _control("line", mode=mode, longest=60)


def _day(one: Field) -> Control:
    return replace(_control("line", input="date")(one), least=_text(one.least), most=_text(one.most))


def _text(limit: Any) -> str:
    return "" if limit is None else str(limit)


def _record(one: Field) -> Control:
    return replace(_control("record")(one), source=source_of(one))


CONTROLS: Mapping[str, Callable[[Field], Control]] = {
    f.TEXT: lambda one: replace(_line()(one), wide=one.longest > 120),
    f.LONG: lambda one: replace(_control("area", wide=True)(one), longest=one.longest),
    f.EMAIL: _line(input="email"),
    f.PHONE: _line(input="tel"),
    f.WEB: _line(mode="url"),
    f.TAGS: _control("line"),
    f.WHOLE: _number("numeric"),
    f.NUMBER: _number("decimal"),
    f.PERCENT: _control("percent", mode="decimal", longest=60),
    f.MONEY: _control("money", mode="decimal", longest=60),
    f.CURRENCY: _control("currency", choices=_CURRENCIES),
    f.DAY: _day,
    f.MOMENT: _control("line", input="datetime-local"),
    f.YES_NO: _control("box"),
    f.CHOICE: lambda one: _control("choice", choices=one.choices)(one),
    f.GRADE: lambda one: _control("choice", choices=one.choices)(one),
    f.PERSON: _control("person"),
    f.RECORD: _record,
}
