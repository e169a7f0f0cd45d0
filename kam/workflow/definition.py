"""A workflow as its file describes it. All values are frozen; nothing here knows the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from kam.language import Titles
from kam.workflow.conditions import Condition, facts_in

FIELD_KINDS = ("text", "integer", "decimal", "date", "boolean", "choice")


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    title: Titles


@dataclass(frozen=True, slots=True)
class Field:
    """Something that must or may be said with a step, beside the comment."""

    name: str
    title: Titles
    kind: str = "text"
    required: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """What happens `after` so long in a state: a transition by the system, effects, or a reminder to `tell`."""

    name: str
    title: Titles
    after: timedelta
    transition: str | None = None
    tell: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    name: str
    title: Titles
    description: Titles
    final: bool = False
    deadlines: tuple[Deadline, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """`roles` and `positions` each suffice; `not_by` excludes whoever holds one of those positions."""

    name: str
    title: Titles
    description: Titles
    sources: tuple[str, ...]
    target: str
    roles: frozenset[str] = frozenset()
    positions: frozenset[str] = frozenset()
    not_by: frozenset[str] = frozenset()
    guard: Condition | None = None
    comment: str = "optional"
    fields: tuple[Field, ...] = ()
    approves: bool = False
    automatic: bool = False
    effects: tuple[str, ...] = ()

    @property
    def for_people(self) -> bool:
        return bool(self.roles or self.positions)


@dataclass(frozen=True, slots=True)
class Trigger:
    """Takes `transition` by itself when `when` holds; not again for the same subject before `rest` is over."""

    name: str
    title: Titles
    sources: tuple[str, ...]
    transition: str
    when: Condition
    rest: timedelta = timedelta(0)


@dataclass(frozen=True)
class Definition:
    name: str
    subject: str
    title: Titles
    description: Titles
    initial: str
    states: Mapping[str, State]
    transitions: Mapping[str, Transition]
    triggers: Mapping[str, Trigger]
    source: str = field(repr=False, default="")
    hash: str = ""
    file: str = ""

    def leaving(self, state: str) -> list[Transition]:
        return [transition for transition in self.transitions.values() if state in transition.sources]

    def facts_at(self, state: str) -> frozenset[str]:
        """Everything that decides how to go on from `state`: what a step from there puts into the history."""
        guards = [transition.guard for transition in self.leaving(state) if transition.guard]
        rules = [trigger.when for trigger in self.triggers.values() if state in trigger.sources]
        return _facts_in(*guards, *rules)

    def facts_of(self, transition: Transition, trigger: str | None) -> frozenset[str]:
        """What decides one step: its guard, and the rule that makes the system take it."""
        rule = self.triggers.get(trigger or "")
        return _facts_in(transition.guard, rule.when if rule else None)

    def deadline(self, name: str) -> Deadline | None:
        found = (deadline for state in self.states.values() for deadline in state.deadlines if deadline.name == name)
        return next(found, None)

    @property
    def has_deadlines(self) -> bool:
        return any(state.deadlines for state in self.states.values())


def _facts_in(*conditions: Condition | None) -> frozenset[str]:
    return frozenset().union(*(facts_in(condition) for condition in conditions if condition))
