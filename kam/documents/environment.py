"""The templates of documents, in one language each; on paper numbers and dates are always written in full."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kam.documents.prose import blocks
from kam.language import LOCALES, N_, TAGS, catalog, gettext, ngettext

FOLDER = Path(__file__).parents[2] / "templates"
NOTHING = "–"


@cache
def environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined, extensions=["jinja2.ext.i18n", "jinja2.ext.do"], auto_reload=False,
    )  # fmt: skip
    made.install_gettext_translations(catalog(language), newstyle=True)  # type: ignore[attr-defined]
    words = Words(language)
    made.globals.update(lang=TAGS[language], blocks=blocks)
    made.filters.update(
        t=words.text, money=words.money, number=words.number, day=words.day, month=words.month, measured=words.measured
    )
    return made


class Words:
    """How one language writes values; contents hold them as text and ISO dates."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.locale = LOCALES[language]

    def text(self, message: str) -> str:
        return gettext(self.language, message)

    def number(self, value: Any, digits: int | None = None) -> str:
        if value is None:
            return NOTHING
        shape = "#,##0.##" if digits is None else "#,##0." + "0" * digits if digits else "#,##0"
        return str(format_decimal(Decimal(str(value)), format=shape, locale=self.locale)).replace("-", "−")

    def filled(self, message: str, **params: str) -> str:
        return gettext(self.language, message, **params)

    def money(self, value: Any, currency: str, *, exact: bool = False) -> str:
        """Without cents, unless it is to be exact and has some."""
        if value is None:
            return NOTHING
        amount = Decimal(str(value))
        cents = exact and amount != amount.to_integral_value()
        shape, amount = ("¤#,##0.00", amount) if cents else ("¤#,##0", amount.quantize(Decimal(1)))
        shown = format_currency(amount, currency, locale=self.locale, currency_digits=False, format=shape)
        return str(shown).replace("-", "−")

    def day(self, value: str | date | datetime | None) -> str:
        if not value:
            return NOTHING
        read = date.fromisoformat(value[:10]) if isinstance(value, str) else value
        return str(format_date(read, format="medium", locale=self.locale))

    def month(self, value: str) -> str:
        """A month as 2026-03; the year is said once, in January."""
        read = date.fromisoformat(f"{value}-01")
        return str(format_date(read, "LLL yy" if read.month == 1 else "LLL", locale=self.locale))

    def measured(self, value: Any, unit: str, currency: str, *, exact: bool = False) -> str:
        """The value of a fact in its unit."""
        if value is None or value == "":
            return NOTHING
        if unit == "money":
            return self.money(value, currency, exact=exact)
        if unit == "yes_no":
            return self.text(N_("Yes") if value else N_("No"))
        if unit == "percent":
            return f"{self.number(value)}%"
        if unit == "times":
            return gettext(self.language, N_("%(n)s ×"), n=self.number(value))
        return self._counted(self.number(value), unit)

    def _counted(self, number: str, unit: str) -> str:
        plural = 1 if number == "1" else 2
        if unit == "days":
            return ngettext(self.language, "%(number)s day", "%(number)s days", plural, number=number)
        if unit == "hours":
            return ngettext(self.language, "%(number)s hour", "%(number)s hours", plural, number=number)
        return number
