"""The one reader of what people write into a field: form, file, list filter and bulk change all read alike.

Each type has one reader, which takes the text (or texts) and the field and gives the value, or raises `Unfit` with the
sentence that stands at the field. An empty text is no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from kam.language import N_, Filled
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.rules import LONGEST_NUMBER, fit, visible

NO_NUMBER = N_("Please enter a number such as 1250.50.")
NO_WHOLE_NUMBER = N_("Please enter a whole number.")
NO_DATE = N_("Please enter a date as year-month-day, such as 2026-03-31.")
NO_MOMENT = N_("Please enter a date and time such as 2026-03-31 14:30.")
NOT_LISTED = N_("Please choose one of the list.")
TOO_MANY_DIGITS = N_("Please enter at most %(digits)s decimals.")

_WRITTEN = re.compile(rf"[-+]?[\d.,]{{1,{LONGEST_NUMBER}}}")
_LARGEST = Decimal(10) ** 15
_EITHER = re.compile(r"[-−]?\d{1,3}\.\d{3}")
_YES = frozenset({"1", "yes", "true", "y", "是"})
_NO = frozenset({"", "0", "no", "false", "n", "否"})


class Unfit(ValueError):
    """What was written is no value of this type; the text is a sentence."""


def read(field: Field, texts: Sequence[str]) -> Any:
    """The value of what was written, or the empty value of the field. Raises Unfit."""
    if field.type == f.TAGS:
        return tags(texts)
    text = fit(texts[0]).strip() if texts else ""
    return READERS[field.type](field, text) if text or field.type == f.YES_NO else field.empty


def decimal(text: str, digits: int | None = None) -> Decimal:
    """1,250.50 and 1.250,50 and 1250,5 all mean what they look like; nobody writes 1e9."""
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("−", "-")
    try:
        value = Decimal(_without_thousands(plain) if _WRITTEN.fullmatch(plain) else "")
        if not value.is_finite() or abs(value) >= _LARGEST:
            raise InvalidOperation
    except InvalidOperation:
        raise Unfit(NO_NUMBER) from None
    if digits is not None and value != round(value, digits):
        raise Unfit(Filled(TOO_MANY_DIGITS, digits=digits))
    return value


def whole(text: str) -> int:
    """1.000 may be one or a thousand: of a whole number it is neither."""
    try:
        value = decimal(text)
    except Unfit:
        raise Unfit(NO_WHOLE_NUMBER) from None
    if value != value.to_integral_value() or _EITHER.fullmatch(text):
        raise Unfit(NO_WHOLE_NUMBER)
    return int(value)


def day(text: str) -> date:
    try:
        return date.fromisoformat(text[:60])
    except ValueError:
        raise Unfit(NO_DATE) from None


def moment(text: str) -> datetime:
    """By no clock yet: whoever reads it says by which one it was written."""
    try:
        return datetime.fromisoformat(text[:60])
    except ValueError:
        raise Unfit(NO_MOMENT) from None


def uuid(text: str) -> UUID:
    try:
        return UUID(text[:60])
    except ValueError:
        raise Unfit(NOT_LISTED) from None


def yes(text: str) -> bool:
    plain = text.strip().lower()
    if plain not in _YES | _NO | {"on"}:
        raise Unfit(N_("Please answer yes or no."))
    return plain not in _NO


def tags(texts: Sequence[str]) -> list[str]:
    """Several, each once, in the order of the alphabet."""
    return sorted({tag for part in several(texts) if (tag := visible(fit(part).strip())[:60])})


def several(texts: Sequence[str]) -> list[str]:
    """As several texts or separated by commas or new lines; each once, in their order."""
    typed = ",".join(texts).replace("\n", ",").replace("，", ",").replace("、", ",")
    return list(dict.fromkeys(part.strip() for part in typed.split(",") if part.strip()))


def choice(field: Field, text: str) -> str:
    """By its key or by its title, so that a file may say what people see."""
    if text in field.choices:
        return text
    found = [key for key, title in field.choices.items() if title.lower() == text.lower()]
    if not found:
        raise Unfit(NOT_LISTED)
    return str(found[0])


def grade(field: Field, text: str) -> Any:
    """By its number or by its title."""
    found = [key for key, title in field.choices.items() if text.lower() in (str(key), title.lower())]
    if not found:
        raise Unfit(NOT_LISTED)
    return found[0]


READERS: Mapping[str, Callable[[Field, str], Any]] = {
    f.TEXT: lambda _field, text: text,
    f.LONG: lambda _field, text: text,
    f.EMAIL: lambda _field, text: text,
    f.PHONE: lambda _field, text: text,
    f.WEB: lambda _field, text: text,
    f.TAGS: lambda _field, text: tags([text]),
    f.WHOLE: lambda _field, text: whole(text),
    f.NUMBER: lambda field, text: decimal(text, field.digits),
    f.PERCENT: lambda field, text: decimal(text.rstrip("%％ "), field.digits),
    f.MONEY: lambda field, text: decimal(text, field.digits),
    f.CURRENCY: lambda _field, text: text.upper(),
    f.DAY: lambda _field, text: day(text),
    f.MOMENT: lambda _field, text: moment(text),
    f.YES_NO: lambda _field, text: yes(text),
    f.CHOICE: choice,
    f.GRADE: grade,
    f.PERSON: lambda _field, text: uuid(text),
    f.RECORD: lambda _field, text: uuid(text),
}


def _without_thousands(text: str) -> str:
    if "," in text and "." in text:
        return text.replace(",", "") if text.rindex(".") > text.rindex(",") else text.replace(".", "").replace(",", ".")
    if text.count(",") == 1 and len(text.split(",")[1]) != 3:
        return text.replace(",", ".")
    return text.replace(",", "")
