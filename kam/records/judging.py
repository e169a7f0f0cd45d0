"""What a record may hold: one set of rules, by the types of its fields and by its kind, for every way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kam.errors import Invalid
from kam.language import N_, Filled
from kam.records import codes, rules
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.parts import Parts
from kam.records.rules import (
    CURRENCIES,
    FIRST_DAY,
    LARGEST_AMOUNT,
    LAST_DAY,
    NO_ADDRESS,
    NO_CURRENCY,
    NO_EMAIL,
    WITHOUT_CENTS,
    is_email,
    is_web_address,
)

MISSING = N_("Please fill this in.")
TOO_LONG = N_("Please shorten this to %(max)s characters; it has %(count)s.")
TOO_SMALL = N_("Please enter %(least)s or more.")
TOO_LARGE = N_("Please enter %(most)s or less.")
NOT_LISTED = N_("Please choose one of the list.")
NO_TEXT = N_("Please write a text.")
TOO_MANY = N_("Please give at most %(most)s rows.")

NO_CENTS = N_("Please enter a whole amount: this currency has no cents.")
CENTS = 2  # decimals
_INTEGER = 2**31


def clean(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The known fields of `values`, without stray space and without signs that cannot be kept or seen, and its parts.

    What is reckoned is not taken from anybody.
    """
    said = {name: kind.by_name[name] for name in values if name in kind.by_name and not kind.by_name[name].reckoned}
    known = {name: tidy(field, values[name]) for name, field in said.items()}
    return known | {part.name: part_rows(part, values[part.name]) for part in kind.parts if part.name in values}


def part_rows(parts: Parts, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each row with all of its fields; those that nobody named are as usual, and what is reckoned comes later."""
    return [
        {one.name: one.empty if one.reckoned else tidy(one, row.get(one.name, one.usual)) for one in parts.fields}
        for row in rows
    ]


def check(kind: Kind, values: Mapping[str, Any], *, whole: Mapping[str, Any] | None = None) -> None:
    """Raises Invalid with every fault at once. `values` are the fields that are set, `whole` the record as it will be,
    at which the rules of the kind look; a fault that somebody else's field has stands above the form."""
    faults = {name: fault(kind.by_name[name], value) for name, value in values.items() if name in kind.by_name}
    faults = {name: sentence for name, sentence in faults.items() if sentence}
    for part in kind.parts:
        faults |= part_faults(part, values[part.name]) if part.name in values else {}
    if not faults:
        seen = values if whole is None else whole
        faults = {**_too_fine(kind, values, seen), **kind.rules(seen)}
    if faults:
        raise Invalid(faults)


def _too_fine(kind: Kind, set_now: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, str]:
    """Amounts with cents in a currency that has none, where either is set now; the price of a piece may be a part of
    one."""
    amounts = [
        one
        for one in kind.fields
        if one.currency and one.digits <= CENTS and not one.reckoned and whole.get(one.name) is not None
    ]
    fine = [
        one.name
        for one in amounts
        if {one.name, one.currency} & set_now.keys()
        and whole.get(one.currency) in WITHOUT_CENTS
        and Decimal(whole[one.name]) != round(Decimal(whole[one.name]))
    ]
    return dict.fromkeys(fine, NO_CENTS)


def part_faults(parts: Parts, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By the place and name of the field (`lines_2_quantity` for that of the third row), or by the name of the set."""
    if len(rows) < parts.least:
        return {parts.name: parts.too_few}
    if len(rows) > parts.most:
        return {parts.name: Filled(TOO_MANY, most=parts.most)}
    found = {
        f"{parts.name}_{place}_{one.name}": fault(one, row[one.name])
        for place, row in enumerate(rows)
        for one in parts.fields
    }
    return {name: sentence for name, sentence in found.items() if sentence}


def fault(field: Field, value: Any) -> str:
    """The sentence for a value that cannot be taken, or nothing."""
    if value is None or value == "" or value == []:
        return MISSING if field.required else ""
    return _OF_TYPE[field.type](field, value)


def tidy(field: Field, value: Any) -> Any:
    if value is None:
        return field.empty
    if isinstance(value, str) and field.type == f.WEB:
        return rules.web_address(rules.fit(value).strip())  # what hides something in an address is refused
    plain = rules.tidy(value)
    return codes.plain(plain) if field.code and isinstance(plain, str) else plain


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        return NO_TEXT
    if len(value) > field.longest:
        return Filled(TOO_LONG, max=field.longest, count=len(value))
    return codes.fault(value) if field.code else ""


def _email(field: Field, value: Any) -> str:
    return _text(field, value) or ("" if is_email(value) else NO_EMAIL)


def _web(field: Field, value: Any) -> str:
    return _text(field, value) or ("" if is_web_address(value) else NO_ADDRESS)


def _within(field: Field, value: Any, least: Any, most: Any) -> str:
    least, most = field.least if field.least is not None else least, field.most if field.most is not None else most
    if value < least:
        return Filled(TOO_SMALL, least=least)
    return Filled(TOO_LARGE, most=most) if value > most else ""


def _whole(field: Field, value: Any) -> str:
    return _within(field, value, -_INTEGER, _INTEGER - 1)


def _number(field: Field, value: Any) -> str:
    return _within(field, Decimal(value), 1 - LARGEST_AMOUNT, LARGEST_AMOUNT - 1)


def _money(field: Field, value: Any) -> str:
    return _within(field, Decimal(value), Decimal(0), LARGEST_AMOUNT - 1)


def _percent(field: Field, value: Any) -> str:
    return _within(field, Decimal(value), Decimal(0), Decimal(100))


def _day(field: Field, value: date) -> str:
    return _within(field, value.date() if isinstance(value, datetime) else value, FIRST_DAY, LAST_DAY)


def _listed(field: Field, value: Any) -> str:
    return "" if value in field.choices else NOT_LISTED


def _fine(_field: Field, _value: Any) -> str:
    return ""


_OF_TYPE: Mapping[str, Callable[[Field, Any], str]] = {
    f.TEXT: _text,
    f.LONG: _text,
    f.EMAIL: _email,
    f.PHONE: _text,
    f.WEB: _web,
    f.TAGS: _fine,
    f.WHOLE: _whole,
    f.NUMBER: _number,
    f.PERCENT: _percent,
    f.MONEY: _money,
    f.CURRENCY: lambda _field, value: "" if value in CURRENCIES else NO_CURRENCY,
    f.DAY: _day,
    f.MOMENT: _day,
    f.YES_NO: _fine,
    f.CHOICE: _listed,
    f.GRADE: _listed,
    f.PERSON: _fine,  # whether there is such a person, or record, is asked in the transaction: see `referring`
    f.RECORD: _fine,
}
TYPES = frozenset(_OF_TYPE)
