"""Reading one cell: numbers with any thousand mark, dates in any order, keys that a spreadsheet made decimal."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from kam.records.rules import FIRST_DAY, LARGEST_AMOUNT, LAST_DAY

_MARKS = re.compile(r"[\s\u00a0\u202f'’]|[$€£¥￥元]|^(?:USD|EUR|GBP|CNY|RMB|HKD|TWD|JPY|NT\$|HK\$)", re.IGNORECASE)
_GROUPED = {
    ".": re.compile(
        r"^\d{1,3}(?:,\d{3})*(?:\.\d*)?$|^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?$|^\d*\.\d+$|^\d+\.?(?:\d+)?(?:[eE][+-]?\d{1,2})?$"
    ),
    ",": re.compile(r"^\d{1,3}(?:\.\d{3})*(?:,\d*)?$|^\d*,\d+$|^\d+,?(?:\d+)?(?:[eE][+-]?\d{1,2})?$"),
}
_DECIMAL_KEY = re.compile(r"^(\d+)\.0+$")
_NUMBERS_OF_DATE = re.compile(r"^(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,4})日?(?:[T\s].*)?$")
_COMPACT_DATE = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:[T\s]?\d{4,6})?$")
_NAMED_DATE = re.compile(r"^(\d{1,2})[-\s.]*([A-Za-z]{3,9})\.?[-,\s]*(\d{2,4})(?:[T\s].*)?$")
_NAMED_DATE_US = re.compile(r"^([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})(?:[T\s].*)?$")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip


def decimal(text: str, mark: str = ".") -> Decimal | None:
    """The number in a cell, or None if it is not one. `mark` is the decimal mark; brackets mean negative.

    >>> decimal("€ 1.234,50", ","), decimal("(12)"), decimal("1,5")
    (Decimal('1234.50'), Decimal('-12'), None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    negative = plain.startswith("(") and plain.endswith(")")
    plain = _MARKS.sub("", plain.strip("()")) if negative else _MARKS.sub("", plain)
    if plain[-1:] == "-":
        plain = "-" + plain[:-1]
    sign, digits = (plain[0], _MARKS.sub("", plain[1:])) if plain[:1] in "+-" and plain else ("", plain)
    if not digits.isascii() or not _GROUPED[mark].match(digits):
        return None
    digits = digits.replace("," if mark == "." else ".", "").replace(",", ".")
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None
    number = -number if negative ^ (sign == "-") else number
    return number if abs(number) < LARGEST_AMOUNT else None


def integer(text: str, mark: str = ".") -> int | None:
    number = decimal(text, mark)
    return int(number) if number is not None and number == number.to_integral_value() else None


def key(text: str) -> str:
    """A key as people write it: a spreadsheet's `17850.0` is 17850.

    >>> key(" 17850.0 "), key("C536379")
    ('17850', 'C536379')
    """
    plain = text.strip()
    decimal_key = _DECIMAL_KEY.match(plain)
    return decimal_key[1] if decimal_key else plain


def day(text: str, order: str = "dmy") -> date | None:
    """The day in a cell, or None. `order` (dmy or mdy) decides where the year does not come first.

    >>> day("2010-12-01 08:26:00"), day("13/01/19"), day("2026年3月5日"), day("31/02/2020")
    (datetime.date(2010, 12, 1), datetime.date(2019, 1, 13), datetime.date(2026, 3, 5), None)
    """
    plain = text.strip()
    numbers = _NUMBERS_OF_DATE.match(plain)
    if numbers:
        return _from_numbers(numbers.groups(), order)
    compact = _COMPACT_DATE.match(plain)
    if compact:
        return _day(compact[1], compact[2], compact[3])
    named = _NAMED_DATE.match(plain)
    if named:
        return _day(named[3], _MONTHS.get(named[2][:3].lower(), 0), named[1])
    named = _NAMED_DATE_US.match(plain)
    return _day(named[3], _MONTHS.get(named[1][:3].lower(), 0), named[2]) if named else None


def _from_numbers(numbers: tuple[str, ...], order: str) -> date | None:
    first, second, third = numbers
    if len(first) >= 3:
        return _day(first, second, third)
    if len(third) == 3:
        return None
    return _day(third, second, first) if order == "dmy" else _day(third, first, second)


def _day(year: str, month: str | int, day_of_month: str) -> date | None:
    full_year = int(year) + (2000 if int(year) < 70 else 1900) if len(year) <= 2 else int(year)
    try:
        found = date(full_year, int(month), int(day_of_month))
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None
