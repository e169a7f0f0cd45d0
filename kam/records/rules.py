"""What may stand in the fields of a record, as data, so that form, file and every other door refuse the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kam.errors import Invalid
from kam.language import N_

TOO_LONG = N_("This is too long. Shorten it.")
NOT_LISTED = N_("Choose one of the values in the list.")

# Of every date that somebody gives.
FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2200, 1, 1)

# No amount of one line or one record reaches it, and so no sum of them comes near what a column holds.
LARGEST_AMOUNT = Decimal(10) ** 14

LONGEST_NUMBER = 60

# What PostgreSQL cannot store, and what nobody can see.
# What turns around or hides the letters beside it; in an address it makes one place look like another.
UNSEEN = r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
# What shows nothing wherever it stands: fillers and marks of direction.
_NOTHING = re.compile(
    "[\u0080-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# Joiners and signs of a variant beside letters that have none.
_IDLE = re.compile("(?<![^\x00-\x7f])[\u200c\u200d\ufe00-\ufe0f]+(?!\u20e3)|[\u200c\u200d]+(?![^\x00-\x7f])", re.ASCII)
_SHOWS_NOTHING = frozenset({"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"})
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")

CURRENCIES = ("EUR", "USD", "CNY", "HKD", "TWD", "GBP", "JPY", "CHF", "SEK", "DKK", "NOK", "PLN", "CZK", "SGD", "INR")
WITHOUT_CENTS = frozenset({"JPY"})
NO_CURRENCY = N_("Choose one of the currencies.")
NO_EMAIL = N_("An e-mail address looks like name@example.com.")
NO_ADDRESS = N_("A web address looks like https://www.example.com.")

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WEB = re.compile(rf"https?://[^\s/?#@\\{UNSEEN}]+(?:[/?#][^\s{UNSEEN}]*)?", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?")

Holds = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Rules:
    """By field: what must hold and the sentence if it does not, how long it may be, and among what it is chosen."""

    holds: Mapping[str, tuple[Holds, str]]
    lengths: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, Collection[str]] = field(default_factory=dict)

    def fault(self, name: str, value: Any) -> str:
        """The sentence for a value that cannot be taken, or nothing."""
        holds, sentence = self.holds.get(name, (None, ""))
        if holds and not holds(value):
            return sentence
        if isinstance(value, str) and len(value) > self.lengths.get(name, len(value)):
            return TOO_LONG
        if name in self.choices and value not in self.choices[name]:
            return NOT_LISTED
        return ""

    def faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Of those fields that `values` has."""
        found = {name: self.fault(name, value) for name, value in values.items()}
        return {name: sentence for name, sentence in found.items() if sentence}

    def check(self, values: Mapping[str, Any]) -> None:
        """Raises Invalid with every fault at once."""
        if faults := self.faults(values):
            raise Invalid(faults)


def fit(text: str) -> str:
    """The text without the signs that cannot be kept or seen."""
    return _UNFIT.sub("", text)


def visible(text: str) -> str:
    """The text without what nobody sees; nothing where none of it shows anything."""
    if text.isascii():
        return text
    seen = _IDLE.sub("", _NOTHING.sub("", text)).strip()
    return seen if any(unicodedata.category(sign) not in _SHOWS_NOTHING for sign in seen) else ""


def is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text))


def is_web_address(text: str) -> bool:
    return bool(_WEB.fullmatch(text))


def web_address(text: str) -> str:
    """What people write as a web address, as one: `www.example.com` is https://www.example.com."""
    return f"https://{text}" if _HOST.fullmatch(text) else text


def tidy(value: Any) -> Any:
    """Without space around it and without signs that cannot be kept or seen; tags in the order of the alphabet."""
    if isinstance(value, str):
        return visible(fit(value).strip())
    if isinstance(value, list | tuple):
        tags = (visible(fit(str(tag)).strip())[:60] for tag in value)
        return sorted({tag for tag in tags if tag})
    return value
