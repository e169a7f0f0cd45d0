"""A definition as sentences: what each step needs, who takes it, and what happens by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kam.language import N_, Titles, gettext, ngettext
from kam.workflow.conditions import All, Condition
from kam.workflow.deciding import excluded_from
from kam.workflow.definition import Deadline, Definition, Field, State, Transition
from kam.workflow.registry import Workflows
from kam.workflow.sentences import Wording


@dataclass(frozen=True, slots=True)
class Rule:
    """One step: `who` may take it and `not_by` whom never; `needs` are its conditions, one sentence each."""

    title: Titles
    description: Titles
    to: Titles
    who: str
    not_by: str
    needs: tuple[str, ...]
    comment: bool
    fields: tuple[Field, ...]
    approves: bool
    automatic: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """A deadline or trigger: when it acts and what it does."""

    title: Titles
    when: str
    to: Titles | None


@dataclass(frozen=True, slots=True)
class Place:
    state: State
    rules: tuple[Rule, ...]
    deadlines: tuple[Alarm, ...]
    triggers: tuple[Alarm, ...]


def described(workflows: Workflows, definition: Definition, language: str) -> list[Place]:
    """Every state with what leads out of it, in the order of the file."""
    return [_place(workflows, definition, state, language) for state in definition.states.values()]


def _place(workflows: Workflows, definition: Definition, state: State, language: str) -> Place:
    wording = workflows.wording(definition.name)
    rules = tuple(_rule(workflows, definition, step, language) for step in definition.leaving(state.name))
    deadlines = tuple(_deadline(definition, deadline, language) for deadline in state.deadlines)
    triggers = tuple(
        Alarm(trigger.title, wording.sentence(trigger.when).text(language), _target(definition, trigger.transition))
        for trigger in definition.triggers.values()
        if state.name in trigger.sources
    )
    return Place(state, rules, deadlines, triggers)


def _rule(workflows: Workflows, definition: Definition, step: Transition, language: str) -> Rule:
    rules = workflows.rules[definition.name]
    excluded = [gettext(language, workflows.vocabulary.positions[name]) for name in sorted(excluded_from(step))]
    return Rule(
        title=step.title,
        description=step.description,
        to=definition.states[step.target].title,
        who=rules.who_may(step).text(language) if step.for_people else "",
        not_by=", ".join(excluded),
        needs=tuple(_sentences(step.guard, rules.wording, language)),
        comment=step.comment == "required",
        fields=step.fields,
        approves=step.approves,
        automatic=not step.for_people,
    )


def _sentences(guard: Condition | None, wording: Wording, language: str) -> list[str]:
    if guard is None:
        return []
    parts = guard.parts if isinstance(guard, All) else (guard,)
    return [wording.sentence(part).text(language) for part in parts]


def _deadline(definition: Definition, deadline: Deadline, language: str) -> Alarm:
    after = gettext(language, N_("after %(time)s"), time=_length(deadline.after, language))
    target = _target(definition, deadline.transition) if deadline.transition else None
    return Alarm(deadline.title, after, target)


def _target(definition: Definition, transition: str) -> Titles:
    return definition.states[definition.transitions[transition].target].title


def _length(time: timedelta, language: str) -> str:
    if time < timedelta(days=1):
        return ngettext(language, "%(n)s hour", "%(n)s hours", int(time.total_seconds() // 3600))
    return ngettext(language, "%(n)s day", "%(n)s days", time.days)
