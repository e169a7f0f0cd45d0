"""Sentences that wait for their language: a marked text with its parts, put together only where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from kam.language import N_, gettext, ngettext, title


def say(part: object, language: str) -> str:
    """Any part of a phrase in one language: a phrase, titles of a workflow file, or something shown as it is."""
    if isinstance(part, Phrase | Listed | Amount):
        return part.text(language)
    if isinstance(part, Mapping):
        return title(part, language)
    return str(part)


@dataclass(frozen=True)
class Phrase:
    """`message` is marked with `N_`; its `%(name)s` places take `params`."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        return gettext(language, self.message, **{name: say(part, language) for name, part in self.params.items()})

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True)
class Listed:
    """Parts joined by "and" (`standard`) or "or", as the language does it."""

    parts: tuple[object, ...]
    style: Literal["standard", "or"] = "standard"

    def text(self, language: str) -> str:
        return _joined(tuple(say(part, language) for part in self.parts), self.style, language)

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True)
class Amount:
    """A value of a fact in its unit. `names` gives the titles of levels and stages."""

    value: object
    unit: str
    names: Mapping[object, Mapping[str, str]] = field(default_factory=dict)

    def text(self, language: str) -> str:
        if self.value is None:
            return gettext(language, N_("not known yet"))
        if self.value in self.names:
            return say(self.names[self.value], language)
        if isinstance(self.value, bool):
            return gettext(language, N_("yes") if self.value else N_("no"))
        if not isinstance(self.value, int | float | Decimal):
            return str(self.value)
        return _number(self.unit, Decimal(self.value), language)

    def __str__(self) -> str:
        return self.text("en")


@lru_cache(maxsize=4096)
def _joined(parts: tuple[str, ...], style: Literal["standard", "or"], language: str) -> str:
    return format_list(parts, style=style, locale=language)


@lru_cache(maxsize=4096)
def _number(unit: str, value: Decimal, language: str) -> str:
    if unit == "percent":
        return format_percent(value / 100, "#,##0.#%", locale=language).replace("-", "−")
    number = format_decimal(value, "#,##0" if unit == "money" else "#,##0.##", locale=language).replace("-", "−")
    if unit == "days":
        return ngettext(language, "%(number)s day", "%(number)s days", _plural(value), number=number)
    if unit == "hours":
        return ngettext(language, "%(number)s hour", "%(number)s hours", _plural(value), number=number)
    return number


def _plural(value: Decimal) -> int:
    return 1 if value == 1 else 2
