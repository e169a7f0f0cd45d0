"""Faults of what happens by itself: triggers and deadlines that could not act, and triggers that would flap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from kam.workflow.checking_conditions import check_condition
from kam.workflow.conditions import All, facts_in
from kam.workflow.contradiction import satisfiable
from kam.workflow.definition import Deadline, Definition, Trigger
from kam.workflow.lines import Place

if TYPE_CHECKING:
    from kam.workflow.checking import Checking

_LONGEST = timedelta(days=3660)


def check_triggers(checking: Checking) -> None:
    definition = checking.definition
    for number, trigger in enumerate(definition.triggers.values()):
        place: Place = ("triggers", number)
        checking.known((*place, "from"), "state", trigger.sources, definition.states)
        _check_step(checking, place, trigger.transition, trigger.sources, trigger.name)
        if not trigger.sources:
            checking.fault(place, f"The trigger `{trigger.name}` watches no state", 'add from = ["…"]')
        if trigger.when == All(()):
            checking.fault(place, f"The trigger `{trigger.name}` has no condition", "add when = { … }")
            continue
        check_condition(checking, (*place, "when"), trigger.when)
        searchable = checking.vocabulary.facts["customer"].keys() & checking.vocabulary.stored
        searchable |= checking.vocabulary.own(definition.subject) if checking.vocabulary.known else set()
        for fact in sorted(facts_in(trigger.when) & checking.vocabulary.facts[definition.subject].keys() - searchable):
            message = f"Triggers cannot search by `{fact}`: it is not kept for every customer"
            checking.fault((*place, "when"), message, "use a fact of the customer or of the record", f'"{fact}"')
    _check_flapping(checking)


def check_deadlines(checking: Checking) -> None:
    definition = checking.definition
    seen = set(definition.triggers)
    for state in definition.states.values():
        for number, deadline in enumerate(state.deadlines):
            place: Place = ("states", state.name, "deadlines", number)
            if deadline.name in seen:
                message = f"`{deadline.name}` is the name of another deadline or trigger"
                checking.fault(place, message, "give each its own name", "name")
            seen.add(deadline.name)
            if state.final:
                checking.fault(place, f"The state `{state.name}` is final and has a deadline", "remove the deadline")
            _check_deadline(checking, place, state.name, deadline)


def _check_deadline(checking: Checking, place: Place, state: str, deadline: Deadline) -> None:
    for key, length in (("after", deadline.after), ("before", deadline.before)):
        if length > _LONGEST:
            message = f"`{deadline.name}` comes only {key} {length.days} days"
            checking.fault((*place, key), message, "choose at most ten years")
    if deadline.of:
        _check_date(checking, (*place, "of"), deadline)
    if not (deadline.transition or deadline.tell or deadline.effects):
        checking.fault(place, f"Nothing happens at `{deadline.name}`", "add transition, tell, or effects")
    who = {*checking.positions, *checking.vocabulary.roles}
    checking.known((*place, "tell"), "role or position", deadline.tell, who)
    checking.known((*place, "effects"), "effect", deadline.effects, checking.vocabulary.effects)
    if deadline.transition is not None:
        _check_step(checking, place, deadline.transition, (state,), deadline.name)


def _check_date(checking: Checking, place: Place, deadline: Deadline) -> None:
    kind = checking.vocabulary.subjects[checking.definition.subject]
    dates = kind.days | kind.moments
    if deadline.of in dates:
        return
    what = "no date" if deadline.of in kind.columns else "no field"
    remedy = f"use one of {', '.join(sorted(dates))}" if dates else f"use after: a {kind.name} has no dates"
    checking.fault(place, f"`{deadline.of}` is {what} of a {kind.name}", remedy, f'"{deadline.of}"')


def _check_step(checking: Checking, place: Place, name: str, sources: tuple[str, ...], rule: str) -> None:
    """A transition that the system takes must start where the rule stands, and need nothing that a person says."""
    key = (*place, "transition")
    if not checking.known(key, "transition", [name], checking.definition.transitions):
        return
    step = checking.definition.transitions[name]
    for state in sources:
        if state in checking.definition.states and state not in step.sources:
            message = f"`{rule}` takes `{name}` from `{state}`, where it does not start"
            checking.fault(key, message, f"use from = {list(step.sources)}, or another transition")
    said = [field.name for field in step.fields if field.required]
    said += ["comment"] if step.comment == "required" else []
    if said:
        message = f"`{rule}` takes `{name}`, which needs {', '.join(said)} from a person"
        checking.fault(key, message, "take a transition that needs nothing said")
    if step.approves:
        checking.fault(key, f"`{rule}` takes `{name}`, which is an approval", "approvals are given by people")


def _check_flapping(checking: Checking) -> None:
    """Triggers that lead in a circle while all their conditions hold would move a subject for ever at once."""
    definition = checking.definition
    order = list(definition.triggers)
    for circle in _circles(definition):
        conditions = [trigger.when for trigger in circle]
        conditions += [g for t in circle if (g := definition.transitions[t.transition].guard)]
        if any(trigger.rest for trigger in circle) or not satisfiable(All(tuple(conditions))):
            continue
        names = ", ".join(trigger.name for trigger in circle)
        place = ("triggers", order.index(circle[0].name))
        remedy = 'make their conditions exclude each other, or give one rest = "… days"'
        checking.fault(place, f"These triggers would move a subject in a circle at once: {names}", remedy)


def _circles(definition: Definition) -> Iterator[tuple[Trigger, ...]]:
    """Every circle of triggers once, beginning with the one that stands first in the file."""
    triggers = [t for t in definition.triggers.values() if t.transition in definition.transitions]
    order = {trigger.name: number for number, trigger in enumerate(triggers)}

    def follow(path: tuple[Trigger, ...], visited: tuple[str, ...]) -> Iterator[tuple[Trigger, ...]]:
        target = definition.transitions[path[-1].transition].target
        if target in path[0].sources:
            yield path
        if target in visited:
            return
        for trigger in triggers:
            later = order[trigger.name] > order[path[0].name]
            if target in trigger.sources and later and trigger not in path:
                yield from follow((*path, trigger), (*visited, target))

    for trigger in triggers:
        yield from follow((trigger,), ())
