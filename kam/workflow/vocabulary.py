"""What workflow files may name: facts, subjects, effects, roles and positions. Slices fill it, the engine reads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from kam.workflow.actors import Actor
    from kam.workflow.definition import Definition
    from kam.workflow.history import Step

# Positions that every subject has, besides those of the account team.
OWNER = "owner"
AUTHOR = "author"
PROPOSER = "proposer"


class KnownFact(Protocol):
    """A fact as the engine sees it; `kam.facts` declares the real ones."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def change_by(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def protect(self) -> str: ...


class Gather(Protocol):
    async def __call__(
        self, subject_kind: str, subject_id: UUID, *, as_of: date, names: frozenset[str] | None = None
    ) -> Mapping[str, Any]: ...


class GatherSome(Protocol):
    async def __call__(
        self, subject_kind: str, subjects: Collection[UUID], *, as_of: date, names: frozenset[str]
    ) -> Mapping[UUID, Mapping[str, Any]]: ...


class Known(Protocol):
    def __call__(self, subject_kind: str, names: Collection[str], *, subjects: str, as_of: str) -> str: ...


class Reflect(Protocol):
    async def __call__(self, customer: UUID, workflow: str, *, as_of: date, now: datetime) -> None: ...


class Guarded(Protocol):
    def __call__(self, definition: Definition, old: str, new: str) -> bool: ...


class Admit(Protocol):
    async def __call__(self, step: Step, by: Actor, now: datetime) -> None: ...


def _unguarded(definition: Definition, old: str, new: str) -> bool:
    return False


@dataclass(frozen=True)
class Effect:
    """What a step causes: in its transaction, while the instance is held, and before the step is written.

    `cause` gives what the step's fields keep of it, so that the chained history covers it. `seen` names what whoever
    takes the step must have seen: `look` tells it for many subjects, pages send it along as fields of the step, and
    `confirm` raises where what they sent is not what is there now.
    """

    cause: Callable[[Step, Actor, datetime], Awaitable[Mapping[str, Any]]]
    seen: tuple[str, ...] = ()
    look: Callable[[Collection[UUID]], Awaitable[Mapping[UUID, Mapping[str, Any]]]] | None = None
    confirm: Callable[[UUID, Mapping[str, Any]], Awaitable[None]] | None = None


@dataclass(frozen=True)
class SubjectKind:
    """What a workflow can move.

    `standing` is SQL that yields, for the id in `{subject}`, one row: `customer` uuid, `title` text, `owner` uuid,
    `authors` uuid[], `members` jsonb (a list of `[person, position]`). `link` has the place `{subject}`. `approving` is
    the effect that every approval of one must have: it holds what was read against what is approved. `fixing` is the
    effect of every step out of the initial state, the only one in which it is written.

    `table` is where its own row stands, which keeps the state of the workflow `workflow` beside its revision; `columns`
    are what people write there, and `days` and `moments` those of them from which deadlines may count. `every` is SQL
    that yields all there are, with `subject` and `customer`; what is not `of_customer` belongs to none.
    """

    name: str
    title: str
    standing: str
    link: str
    approving: str = ""
    fixing: str = ""
    table: str = ""
    workflow: str = ""
    days: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    every: str = ""
    of_customer: bool = True


@dataclass(frozen=True)
class AskedFor:
    """What the program itself asks a workflow for by name; if `counted`, its states are just these, in this order."""

    states: tuple[str, ...] = ()
    transitions: tuple[str, ...] = ()
    counted: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """`facts` by subject kind and name; `onlookers` are roles that never take a step.

    `stored` names the customer facts that stand in columns of `customer_fact`, so that triggers can search by them;
    `known` gives SQL that yields, for the relation `subjects`, what is known of them themselves at the date `as_of`.
    `reflect` brings the stored facts of a customer up to date, at the end of the transaction of a step. `reflections`
    say the same, by workflow, as assignments to `customer_fact`, where the step alone decides what changes: they have
    the places `{state}` (the new one), `{at}` and `{day}`, of which the facts are.
    `abilities` says which roles have those that facts are protected by.
    `asked_for` are, by workflow, the names that its file must keep. `drawable` says whether there is an icon of a name.
    `guarded` says whether a step from one state to another is one that `admit` must let through, which is asked once it
    is written and raises `Refused` with all that is against it.
    """

    facts: Mapping[str, Mapping[str, KnownFact]]
    subjects: Mapping[str, SubjectKind]
    gather: Gather
    gather_some: GatherSome
    effects: Mapping[str, Effect] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    onlookers: frozenset[str] = frozenset()
    positions: Mapping[str, str] = field(default_factory=dict)
    stored: frozenset[str] = frozenset()
    reflect: Reflect | None = None
    reflections: Mapping[str, str] = field(default_factory=dict)
    asked_for: Mapping[str, AskedFor] = field(default_factory=dict)
    known: Known | None = None
    drawable: Callable[[str], bool] = lambda _name: True
    guarded: Guarded = _unguarded
    admit: Admit | None = None
    abilities: Mapping[str, Collection[str]] = field(default_factory=dict)

    def hidden(self, facts: Mapping[str, KnownFact], by: Actor) -> frozenset[str]:
        """Those of the facts whose values this actor is not told."""
        return frozenset(
            name
            for name, fact in facts.items()
            if fact.protect and by.id is not None and by.role not in self.abilities.get(fact.protect, ())
        )

    def own(self, subject: str) -> frozenset[str]:
        """The facts of a subject itself, which it does not share with its customer."""
        return frozenset(self.facts[subject].keys() - self.facts["customer"].keys())

    def fact(self, subject: str, name: str) -> KnownFact:
        return self.facts[subject][name]
