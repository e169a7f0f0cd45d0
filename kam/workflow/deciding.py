"""Whether a step may be taken, and everything that speaks against it. Plain functions over plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any as Anything
from uuid import UUID

from kam.language import N_
from kam.workflow.actors import Actor
from kam.workflow.blockers import Blocker
from kam.workflow.conditions import holds
from kam.workflow.definition import Definition, Field, Transition
from kam.workflow.phrases import Listed, Phrase
from kam.workflow.reasons import Place, reasons
from kam.workflow.sentences import Wording
from kam.workflow.vocabulary import AUTHOR, OWNER, PROPOSER, Vocabulary


@dataclass(frozen=True)
class Standing:
    """Who stands how to the subject: its owner, authors, account team, and who took the last step."""

    customer: UUID | None
    title: str
    link: str
    owner: UUID | None = None
    authors: frozenset[UUID] = frozenset()
    members: frozenset[tuple[UUID, str]] = frozenset()
    proposer: UUID | None = None

    def positions_of(self, person: UUID | None) -> frozenset[str]:
        if person is None:
            return frozenset()
        held = {position for member, position in self.members if member == person}
        held |= {OWNER} if person == self.owner else set()
        held |= {AUTHOR} if person in self.authors else set()
        held |= {PROPOSER} if person == self.proposer else set()
        return frozenset(held)


@dataclass
class Attempt:
    """A step somebody tries to take. The machine reads and moves `state`; `blockers` is the outcome of the decision.

    `facts` are the values it is decided by, as they are now; `beside` names stored facts that the history keeps too.
    """

    definition: Definition
    transition: Transition
    state: str
    by: Actor
    standing: Standing
    facts: Mapping[str, Anything]
    comment: str = ""
    fields: Mapping[str, Anything] = field(default_factory=dict)
    trigger: str | None = None
    asking: bool = False  # only asked whether it could be taken: what is said with it comes later
    blockers: tuple[Blocker, ...] = ()
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rules:
    """Decides attempts in the words of one subject kind."""

    vocabulary: Vocabulary
    wording: Wording

    def blockers(self, attempt: Attempt) -> tuple[Blocker, ...]:
        """All reasons against the step, never only the first."""
        said = () if attempt.asking else self._unsaid(attempt)
        return (*self._state(attempt), *self._actor(attempt), *self._guard(attempt), *said)

    def _state(self, attempt: Attempt) -> Iterator[Blocker]:
        if attempt.state in attempt.transition.sources:
            return
        states = attempt.definition.states
        titles = {"now": attempt.definition.state(attempt.state).title, "step": attempt.transition.title}
        need = Listed(tuple(states[name].title for name in attempt.transition.sources), "or")
        message = N_("“%(step)s” starts from %(need)s; the state is %(now)s.")
        yield self._blocker(attempt, "state", message, {**titles, "need": need}, now=titles["now"], need=need)

    def _actor(self, attempt: Attempt) -> Iterator[Blocker]:
        if attempt.by.id is None:
            yield from self._automatic(attempt)
            return
        held = attempt.standing.positions_of(attempt.by.id)
        if not self._may(attempt, held):
            yield self._role(attempt)
        excluded = held & excluded_from(attempt.transition)
        if excluded:
            yield self._own_work(attempt, excluded)

    def _may(self, attempt: Attempt, held: frozenset[str]) -> bool:
        if attempt.by.role in self.vocabulary.onlookers:
            return False
        return attempt.by.role in attempt.transition.roles or bool(held & attempt.transition.positions)

    def _role(self, attempt: Attempt) -> Blocker:
        step = attempt.transition
        if not step.for_people:
            return self._blocker(attempt, "role", N_("The system takes this step by itself; nobody takes it by hand."))
        who = self.who_may(step)
        role = Phrase(self.vocabulary.roles.get(attempt.by.role, attempt.by.role))
        message = N_("Only %(who)s can do this; your role here is %(now)s.")
        return self._blocker(attempt, "role", message, {"who": who, "now": role}, now=role, need=who, who=who)

    def _own_work(self, attempt: Attempt, excluded: Iterable[str]) -> Blocker:
        held = Listed(tuple(Phrase(self.vocabulary.positions[name]) for name in sorted(excluded)))
        who = self.who_may(attempt.transition)
        message = N_("Nobody does this in their own matter, and you are %(now)s here. %(who)s can do it.")
        return self._blocker(attempt, "own_work", message, {"now": held, "who": who}, now=held, who=who)

    def _automatic(self, attempt: Attempt) -> Iterator[Blocker]:
        """The system acts only by a rule of the definition, and a trigger only while its condition holds."""
        step, definition = attempt.transition, attempt.definition
        rule = definition.triggers.get(attempt.trigger or "")
        deadline = definition.deadline(attempt.trigger or "")
        if rule and rule.transition == step.name:
            if not holds(rule.when, attempt.facts):
                yield self._blocker(attempt, "rule", N_("“%(rule)s” no longer holds."), {"rule": rule.title})
        elif not (deadline and deadline.transition == step.name) and not step.automatic:
            yield self._blocker(attempt, "automatic", N_("The system may not take this step by itself."))

    def _guard(self, attempt: Attempt) -> Iterator[Blocker]:
        looks_on = attempt.by.role in self.vocabulary.onlookers
        place = Place(attempt.standing.link, attempt.standing.customer, looks_on)
        hidden = self.vocabulary.hidden(self.wording.facts, attempt.by)
        return reasons(self.wording, attempt.transition.guard, attempt.facts, place, hidden)

    def _unsaid(self, attempt: Attempt) -> Iterator[Blocker]:
        if attempt.by.id is None:
            return
        if attempt.transition.comment == "required" and not attempt.comment.strip():
            need, who = Phrase(N_("a comment")), Phrase(N_("you"))
            yield self._blocker(attempt, "comment", N_("A comment is needed: say why."), need=need, who=who)
        for wanted in attempt.transition.fields:
            yield from self._field(attempt, wanted)

    def _field(self, attempt: Attempt, wanted: Field) -> Iterator[Blocker]:
        value = attempt.fields.get(wanted.name)
        empty = value is None or value == ""
        if empty and wanted.required:
            message = N_("“%(field)s” is needed.")
        elif not empty and not _fits(wanted, value):
            message = N_("“%(field)s” cannot be “%(value)s”.")
        else:
            return
        params = {"name": wanted.name, "field": wanted.title, "value": str(value)}
        yield self._blocker(attempt, "field", message, params, need=wanted.title, who=Phrase(N_("you")))

    def who_may(self, step: Transition) -> Listed:
        """The roles and positions that may take a step, in words."""
        roles = [Phrase(self.vocabulary.roles[name]) for name in self.vocabulary.roles if name in step.roles]
        allowed = step.positions - excluded_from(step)
        positions = [Phrase(self.vocabulary.positions[n]) for n in self.vocabulary.positions if n in allowed]
        return Listed((*roles, *positions), "or")

    @staticmethod
    def _blocker(
        attempt: Attempt, code: str, message: str, params: Mapping[str, object] | None = None, **more: Anything
    ) -> Blocker:
        return Blocker(code, message, params or {}, link=attempt.standing.link, **more)


def excluded_from(step: Transition) -> frozenset[str]:
    """Nobody approves their own work: whoever wrote it or brought it here is out, whatever the file says."""
    return step.not_by | {AUTHOR, PROPOSER} if step.approves else step.not_by


def _fits(wanted: Field, value: object) -> bool:
    if wanted.kind == "choice":
        return value in {choice.name for choice in wanted.choices}
    if wanted.kind == "boolean":
        return value in (True, False, "true", "false")
    reader: dict[str, Callable[[str], object]] = {"integer": int, "decimal": Decimal, "date": date.fromisoformat}
    if wanted.kind not in reader:
        return isinstance(value, str)
    try:
        reader[wanted.kind](str(value))
    except (ValueError, InvalidOperation):
        return False
    return True
