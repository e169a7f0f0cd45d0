"""What a record is made of, as data: each field with its type, its limits and who may see it.

How a type is read and written stands in one table of each medium: `reading` (texts of forms, files and filters),
`kam.web.records` (forms and cells), `telling` (sentences of the history), `columns` (the database).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

TEXT = "text"  # one line
LONG = "long"  # several lines
EMAIL = "email"
PHONE = "phone"
WEB = "web"
TAGS = "tags"
WHOLE = "whole"
NUMBER = "number"
PERCENT = "percent"
MONEY = "money"
CURRENCY = "currency"
DAY = "day"
MOMENT = "moment"
YES_NO = "yes_no"
CHOICE = "choice"
GRADE = "grade"  # one of a choice of whole numbers, of which more is further; not known is none of them
PERSON = "person"  # one of our people
RECORD = "record"  # another record, of the kind that `of` names

TYPES = (
    TEXT,
    LONG,
    EMAIL,
    PHONE,
    WEB,
    TAGS,
    WHOLE,
    NUMBER,
    PERCENT,
    MONEY,
    CURRENCY,
    DAY,
    MOMENT,
    YES_NO,
    CHOICE,
    GRADE,
    PERSON,
    RECORD,
)
TEXTS = frozenset({TEXT, LONG, EMAIL, PHONE, WEB})
NUMBERS = frozenset({WHOLE, NUMBER, PERCENT, MONEY})

Limit = Decimal | date | int


@dataclass(frozen=True, slots=True)
class Look:
    """How a badge looks: its tone and its icon."""

    tone: str
    icon: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`title` and `help` are marked texts.

    `length` limits a text, `least` and `most` a number or a day, `digits` the decimals of a number. `choices` maps the
    keys of a choice, or the numbers of a grade, to titles. `currency` names the field that holds the currency of an
    amount. `usual` is what a new record has where nothing is said; a function of it gets the day, or of a moment the
    moment. `protect` is the ability that whoever sees the field must have. `listed` fields are columns of the list from
    the start; `indexed` ones can be sorted by. `reckoned` ones follow from others and are never said. A record that is
    `within` is one of the same customer. `looks` says how the keys of a choice or grade look. The words of a text that
    is `sought` find the record, as do its lines. A `code` tells records apart, and so is written in signs that nobody
    takes for others.
    """

    name: str
    title: str
    type: str = TEXT
    required: bool = False
    help: str = ""
    length: int | None = None
    least: Limit | None = None
    most: Limit | None = None
    digits: int = 2
    choices: Mapping[Any, str] = field(default_factory=dict)
    of: str = ""
    currency: str = ""
    usual: Any = None
    protect: str = ""
    listed: bool = True
    indexed: bool = False
    reckoned: bool = False
    within: bool = False
    looks: Mapping[Any, Look] = field(default_factory=dict)
    sought: bool = False
    code: bool = False

    @property
    def empty(self) -> Any:
        """What stands in the database where nothing was said."""
        return "" if self.type in TEXTS or self.type in (CHOICE, CURRENCY) else [] if self.type == TAGS else None

    @property
    def longest(self) -> int:
        return self.length or (20_000 if self.type == LONG else 320 if self.type == EMAIL else 300)


def nobody(_day: date) -> None:
    """What is usual of a person where it is not who writes."""


Rule = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""Looks at all values of a record together; gives the sentence of each field that is wrong."""
