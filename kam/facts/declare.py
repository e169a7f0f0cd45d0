"""What a slice says about the facts that its records yield. Nothing here runs; `statement.py` makes SQL of it."""

from __future__ import annotations

from dataclasses import dataclass, field

MONEY = "money"
PERCENT = "percent"
DAYS = "days"
COUNT = "count"
HOURS = "hours"
INDEX = "index"
TIMES = "times"
YES_NO = "yes_no"
LEVEL = "level"
STAGE = "stage"
SEGMENT = "segment"
CURRENCY = "currency"

DECIMAL = "decimal"
INTEGER = "integer"
BOOLEAN = "boolean"
TEXT = "text"

# Decimals that a fact of each unit is kept with, so that the stored and the gathered value are the same number.
DIGITS = {MONEY: 2, PERCENT: 1, DAYS: 1, HOURS: 2, INDEX: 1, TIMES: 2}

_EMPTY = {DECIMAL: "0", INTEGER: "0", BOOLEAN: "false", TEXT: "''"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something known of a customer or plan at a date.

    `title`, `help` and `change_by` are marked texts; `change_by` says by doing what a person changes the fact, and
    `link` where, with the places `{customer}` for its id and `{page}` for the page of what the workflow moves.
    Without records a fact is `empty`, or else unknown if it may be, or else nothing of its kind. `protect` is the
    ability that whoever is told the value must have: that of the protected fields from which it follows.
    """

    name: str
    title: str
    unit: str
    kind: str
    help: str = ""
    change_by: str = ""
    link: str = ""
    unknown: bool = False
    empty: str = ""
    decimals: int | None = None
    protect: str = ""

    @property
    def without_records(self) -> str:
        """SQL for the value when there is no record at all."""
        return self.empty or ("NULL" if self.unknown else _EMPTY[self.kind])

    @property
    def digits(self) -> int | None:
        """Decimals that the value is kept with; `None` for what is not decimal."""
        if self.kind != DECIMAL:
            return None
        return DIGITS[self.unit] if self.decimals is None else self.decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedFact(Fact):
    """A fact computed from others of the same subject: `expression` is SQL that names them as columns."""

    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGroup:
    """Facts that one statement yields: a column `subject` and one column per fact, a row per subject with records.

    Places in `sql`: `{as_of}` the date; `{start}` and `{end}` the moments at which that day begins and is over;
    `{only:COLUMN}` the restriction to the subjects asked for; `{rate:FROM>TO}` what one unit of the currency in
    column FROM is worth in that of column TO, and `{per_base:COLUMN}` what one unit of the base currency is worth;
    `{means:WORKFLOW:MEANING}` the states of a workflow that mean this, to stand in `IN (…)`, with `going_on` for all
    that have not come to an end; `{likely:WORKFLOW:COLUMN}`
    how likely what stands in the state of that column comes to a good end, in per cent;
    `{hour}` the cost of an hour of ours and `{total}` the revenue of all customers, both in the base. What was
    recorded at `{end}` or later must not count.
    """

    name: str
    sql: str
    facts: tuple[Fact, ...]
    subject: str = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A kind of record, other than the customer itself, that has facts: `customer` is SQL for the customer it
    belongs to, with the place `{subject}` for its id."""

    name: str
    customer: str
    groups: tuple[FactGroup, ...] = field(default=())
