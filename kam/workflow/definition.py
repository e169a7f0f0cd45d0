"""A workflow as its file describes it. All values are frozen; nothing here knows the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from kam.language import LANGUAGES, N_, Titles, gettext
from kam.workflow.conditions import Condition, facts_in

# The step by which the system takes instances along when the file says that a state was renamed.
RENAMED = "renamed"
_RENAMED = N_("Renamed in the workflow file")

# What a state means, whatever it is called: code, facts and lists ask for this and never for a name.
OPEN, WAITING, IN_FORCE = "open", "waiting", "in_force"
WON, LOST, DONE, CANCELLED, ENDED = "won", "lost", "done", "cancelled", "ended"
MEANINGS = (OPEN, WAITING, IN_FORCE, WON, LOST, DONE, CANCELLED, ENDED)
GOES_ON = frozenset({OPEN, WAITING, IN_FORCE})
_TONES = {OPEN: "info", WAITING: "watch", IN_FORCE: "good", WON: "good", LOST: "bad", DONE: "good"}
TONES = ("calm", "info", "good", "watch", "bad", "dark")

FIELD_KINDS = ("text", "long", "integer", "decimal", "date", "boolean", "choice")


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
    """What happens `after` so long in a state, or so long `before` the date that stands in the record's field `of`: a
    transition by the system, effects, or a reminder to `tell`."""

    name: str
    title: Titles
    after: timedelta = timedelta(0)
    before: timedelta = timedelta(0)
    of: str = ""
    transition: str | None = None
    tell: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()

    @property
    def only_dates(self) -> bool:
        """Whether it only says that the date of the record has passed."""
        return bool(self.of) and not (self.before or self.transition or self.effects)


@dataclass(frozen=True, slots=True)
class State:
    """`renamed_from` are its former names: whatever still stands in one of them is taken along at start. What `meaning`
    and `tone` it has where the file says nothing, `means` and `toned` tell. `likely` says in per cent how often what
    stands here comes to a good end."""

    name: str
    title: Titles
    description: Titles
    final: bool = False
    deadlines: tuple[Deadline, ...] = ()
    renamed_from: tuple[str, ...] = ()
    meaning: str = ""
    tone: str = ""
    icon: str = ""
    likely: int | None = None

    @property
    def means(self) -> str:
        return self.meaning or (DONE if self.final else OPEN)

    @property
    def toned(self) -> str:
        return self.tone or _TONES.get(self.meaning, "calm")


@dataclass(frozen=True, slots=True)
class Transition:
    """`roles` and `positions` each suffice; `not_by` excludes whoever holds one of those positions.

    `renamed_from` are its former names, under which the history still has it.
    """

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
    renamed_from: tuple[str, ...] = ()

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
    """`begins_in` are the states besides the initial one in which a record may be added, as where it is noted late."""

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
    begins_in: tuple[str, ...] = ()

    def state(self, name: str) -> State:
        """The state of this name, now or formerly. One that the file no longer has is called by its name alone."""
        return self.states.get(name) or self._formerly.get(name) or State(name, called(name), {})

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The states in which a record may be added, in the order of the file."""
        return tuple(name for name in self.states if name == self.initial or name in self.begins_in)

    def meaning(self, *meanings: str) -> tuple[str, ...]:
        """The names, present and former, of the states that mean one of these."""
        return tuple(
            name
            for state in self.states.values()
            if state.means in meanings
            for name in (state.name, *state.renamed_from)
        )

    def step_title(self, name: str) -> Titles:
        """What the history calls a step, also one that has another name now or is gone."""
        if name == RENAMED:
            return {language: gettext(language, _RENAMED) for language in LANGUAGES}
        known = self.transitions.get(name) or self._steps_formerly.get(name)
        return known.title if known else called(name)

    def rule_title(self, name: str | None) -> Titles | None:
        """What made the system act, a trigger or a deadline; one that is gone is called by its name."""
        if not name:
            return None
        known = self.triggers.get(name) or self.deadline(name)
        return known.title if known else called(name)

    @cached_property
    def _formerly(self) -> Mapping[str, State]:
        return {name: state for state in self.states.values() for name in state.renamed_from}

    @cached_property
    def _steps_formerly(self) -> Mapping[str, Transition]:
        return {name: step for step in self.transitions.values() for name in step.renamed_from}

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


def called(name: str) -> Titles:
    """The title of what no file names any more."""
    return dict.fromkeys(LANGUAGES, name)


def absent(workflow: str, subject: str) -> Definition:
    """Stands in for a workflow whose file is gone, so that what stands in it can still be shown, by name."""
    return Definition(workflow, subject, called(workflow), {}, "", {}, {}, {})


def _facts_in(*conditions: Condition | None) -> frozenset[str]:
    return frozenset().union(*(facts_in(condition) for condition in conditions if condition))
