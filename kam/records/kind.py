"""A kind of record: what a contract or a competitor is, as data for the functions and pages that all kinds share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from piccolo.table import Table

from kam.facts.declare import DerivedFact, FactGroup
from kam.records.fields import Field, Rule
from kam.records.parts import Parts
from kam.workflow.vocabulary import Effect

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whose a record is: the one of `kind` that stands in `column`. Who sees that one sees the record."""

    kind: str
    column: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """By what several customers have a record: each record of `kind`, the link, which is one customer's, names it in
    `column`. Who sees a link sees it. It begins with one, and they are deleted and restored with it."""

    kind: str
    column: str


OF_CUSTOMER = Belonging(CUSTOMER, CUSTOMER)
ITSELF = Belonging(CUSTOMER, "id")  # of those to whom others belong


Values = Mapping[str, Any]
Complete = Callable[[Values, Values], Awaitable[Values]]


async def _nothing_follows(_values: Values, _before: Values) -> Values:
    return {}


def _begins_alone() -> str:
    return ""


def _nothing_wrong(_values: Mapping[str, Any]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`title`, `titles`, `new` and `about` are marked texts: "Contract", "Contracts", "New contract", and one sentence
    for who sees the first empty list. `path` is its address, `icon` its picture, `group` where the navigation has it.

    A record `belongs` to one customer, is `shared` by several, or is nobody's. `ability` is needed to write one and
    `sees` to see what is nobody's. `titled` names the field that a record is
    called by. Where `number` is given ("K-", "S-{year}-"), each gets the next of its sequence, which is called after
    the table. `taken` says by unique constraint at which field which sentence stands. `workflow` names the workflow
    whose state the record's own row keeps in its column `state`. `facts` and `derived` are what its records tell of
    their customer.

    `completes` gives, of a record as it will be with its parts and as it was before (empty for a new one), what follows
    from the rest: prices that the product has, sums. It runs in the transaction that writes, and raises Invalid.
    A record has its `created_at` there. `writable` are the states in which it may be edited, all if none is named.
    `effects` are what its steps can cause. `former` are fields that it had once, of which its history still tells.
    `known_by` names the field that people give it for a number, such as a code; where `number` is given too, those who
    leave it empty get the next. `beside` is SQL of what begins with its records in their statement: a further CTE over
    their relation `made`, at the moment $1. `happens` names the day under which the timeline tells of it, where that is
    not the one on which it was added, and `told` what it says there: of how it looks, and the first text there is.
    Those that are written otherwise than in one form share no pages.
    """

    name: str
    title: str
    titles: str
    new: str
    about: str
    path: str
    icon: str
    group: str
    table: type[Table]
    ability: str
    fields: tuple[Field, ...]
    belongs: Belonging | None = None
    shared: Sharing | None = None
    sees: str = ""
    titled: str = "title"
    number: str = ""
    sort: str = ""
    parts: tuple[Parts, ...] = ()
    rules: Rule = _nothing_wrong
    completes: Complete = _nothing_follows
    writable: frozenset[str] = frozenset()
    effects: Mapping[str, Effect] = field(default_factory=dict)
    former: tuple[Field, ...] = ()
    taken: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    workflow: str = ""
    happens: str = ""
    told: tuple[str, ...] = ()
    known_by: str = ""
    beside: Callable[[], str] = _begins_alone
    shares_pages: bool = True
    facts: tuple[FactGroup, ...] = ()
    derived: tuple[DerivedFact, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def of_customers(self) -> bool:
        """Whether each is some customer's, or several'."""
        return self.belongs is not None or self.shared is not None

    @property
    def sql_table(self) -> str:
        name: str = self.table._meta.tablename
        return name

    @property
    def is_itself(self) -> bool:
        """Whether its records are those to whom others belong."""
        return self.belongs == ITSELF

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {one.name: one for one in self.fields}

    def may_be_empty(self, one: Field) -> bool:
        """As the database knows: what follows from others need not be said, and is there all the same."""
        return bool(next(column for column in self.table._meta.columns if column._meta.name == one.name)._meta.null)

    def address(self, record: object = "{record}") -> str:
        return f"/{self.path}/{record}"
