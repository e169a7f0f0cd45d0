"""Numbers, money and dates as each language writes them.

Babel's formatting costs about 20 µs a value, too much for a list of 400 cells, so the common shapes have a fast path
here; `tests/web/test_formats.py` holds them against Babel.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_skeleton as babel_skeleton
from babel.numbers import get_currency_symbol

from kam.facts import catalogue
from kam.language import LOCALES, N_, gettext, ngettext

NOTHING = "–"
_CENT = Decimal("0.01")
_WHOLE = Decimal(1)


def number(value: Any, digits: int | None = None) -> str:
    """Grouped by thousands; whole numbers without decimals, others with at most two."""
    if value is None:
        return NOTHING
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if digits is not None:
        text = f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):,}"
    else:
        text = f"{exact.quantize(_CENT, ROUND_HALF_EVEN):,}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


_UNITS = ("B", "kB", "MB", "GB", "TB")


def size(value: Any) -> str:
    """Bytes, in the unit in which they are read at a glance: 812 B, 4.1 MB, 37 GB."""
    if value is None:
        return NOTHING
    amount, unit = float(value), 0
    while amount >= 999.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{number(Decimal(str(amount)), 1 if unit and amount < 9.95 else 0)} {_UNITS[unit]}"


def percent(value: Any, digits: int = 0) -> str:
    return NOTHING if value is None else f"{number(value, digits)}%"


@lru_cache(maxsize=512)
def _symbol(currency: str, language: str) -> str:
    symbol = get_currency_symbol(currency, locale=LOCALES[language])
    return symbol + "\u00a0" if symbol.isalpha() else symbol


def load() -> None:
    """Reads what Babel knows of each language, 10 ms for each, which processes that fork afterwards share."""
    for language in LOCALES:
        _symbol("EUR", language)


def money(amount: Any, currency: str = "EUR", language: str = "en", *, cents: bool = False) -> str:
    """An amount with its currency; lists and figures leave the cents away, lines and totals do not."""
    if amount is None:
        return NOTHING
    text = number(amount if isinstance(amount, Decimal) else Decimal(str(amount)), 2 if cents else 0)
    symbol = _symbol(currency, language) if currency else ""
    told = f"−{symbol}{text[1:]}" if text.startswith("−") else f"{symbol}{text}"
    return told if not currency or currency in catalogue.current().currencies.rates else _without_rate(told, language)


def currency(code: str, language: str = "en") -> str:
    """As a file says it beside its amounts."""
    return code if not code or code in catalogue.current().currencies.rates else _without_rate(code, language)


def _without_rate(told: str, language: str) -> str:
    """It counts in no sum until the file of rates has one for it."""
    return gettext(language, N_("%(amount)s (no rate)"), amount=told)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")


def day(value: date | datetime | None, language: str = "en") -> str:
    """A date in its medium form: 5 Mar 2026, 2026年3月5日."""
    if value is None:
        return NOTHING
    if language == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None, language: str = "en") -> str:
    """Date and time to the minute, by the clock that `value` stands in."""
    return NOTHING if value is None else f"{day(value, language)} {value:%H:%M}"


def month(value: date, language: str = "en") -> str:
    """A month of a year: Mar 2026, 2026年3月."""
    return str(babel_skeleton("yMMM", value, locale=LOCALES[language]))


def ago(value: date | datetime | None, now: datetime, language: str = "en") -> str:
    """How long before (or after) now, in the largest unit that fits; days are those of the clock that both stand in."""
    if value is None:
        return gettext(language, N_("never"))
    if not isinstance(value, datetime):
        return _days_ago((now.date() - value).days, language)
    seconds = int((now - value).total_seconds())
    if 0 <= seconds < 60:
        return gettext(language, N_("just now"))
    if 0 <= seconds < 3600:
        return ngettext(language, "%(n)s minute ago", "%(n)s minutes ago", seconds // 60)
    if 0 <= seconds < 86400:
        return ngettext(language, "%(n)s hour ago", "%(n)s hours ago", seconds // 3600)
    return _days_ago((now.date() - value.date()).days, language)


@lru_cache(maxsize=8192)
def _days_ago(days: int, language: str) -> str:
    if days == 0:
        return gettext(language, N_("today"))
    if days == 1:
        return gettext(language, N_("yesterday"))
    if days == -1:
        return gettext(language, N_("tomorrow"))
    if days < 0:
        return ngettext(language, "in %(n)s day", "in %(n)s days", -days)
    if days < 60:
        return ngettext(language, "%(n)s day ago", "%(n)s days ago", days)
    if days < 730:
        return ngettext(language, "%(n)s month ago", "%(n)s months ago", days // 30)
    return ngettext(language, "%(n)s year ago", "%(n)s years ago", days // 365)
