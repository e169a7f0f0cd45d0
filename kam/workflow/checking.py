"""Every fault of meaning in a definition: names that mean nothing, states without a way in or out, steps for nobody."""

from __future__ import annotations

from kam.workflow.against import Against
from kam.workflow.checking_conditions import check_condition
from kam.workflow.checking_names import check_names, check_states
from kam.workflow.checking_rules import check_deadlines, check_triggers
from kam.workflow.deciding import excluded_from
from kam.workflow.definition import Definition, Transition
from kam.workflow.lines import Place
from kam.workflow.reading import Source
from kam.workflow.sentences import Naming
from kam.workflow.vocabulary import AUTHOR, OWNER, PROPOSER, Vocabulary


class Checking(Against):
    """One definition against the vocabulary."""

    def __init__(self, definition: Definition, source: Source, vocabulary: Vocabulary, naming: Naming) -> None:
        super().__init__(source, vocabulary, naming, definition.subject)
        self.definition = definition
        self.positions = {OWNER, AUTHOR, PROPOSER, *vocabulary.positions}


def check(definition: Definition, source: Source, vocabulary: Vocabulary, naming: Naming) -> None:
    checking = Checking(definition, source, vocabulary, naming)
    if definition.name and definition.file != f"{definition.name}.toml":
        checking.fault(
            ("name",), f"The file {definition.file} defines `{definition.name}`", "give both the same name", "name"
        )
    if not checking.known(("subject",), "subject", [definition.subject], vocabulary.subjects):
        return
    check_names(checking)
    checking.known(("initial",), "state", [definition.initial], definition.states)
    checking.known(("begins_in",), "state", definition.begins_in, definition.states)
    for transition in definition.transitions.values():
        _check_transition(checking, transition)
    check_states(checking)
    check_triggers(checking)
    check_deadlines(checking)
    _check_ways(checking)


def _check_transition(checking: Checking, step: Transition) -> None:
    place: Place = ("transitions", step.name)
    if not step.sources:
        checking.fault(place, f"`{step.name}` starts from no state", 'add from = ["…"]')
    checking.known((*place, "from"), "state", step.sources, checking.definition.states)
    checking.known((*place, "to"), "state", [step.target], checking.definition.states)
    checking.known((*place, "roles"), "role", sorted(step.roles), checking.vocabulary.roles)
    checking.known((*place, "positions"), "position", sorted(step.positions), checking.positions)
    checking.known((*place, "not_by"), "position", sorted(step.not_by), checking.positions)
    checking.known((*place, "effects"), "effect", step.effects, checking.vocabulary.effects)
    if step.guard:
        check_condition(checking, (*place, "guard"), step.guard)
    for number, wanted in enumerate(step.fields):
        if (wanted.kind == "choice") != bool(wanted.choices):
            message = f"`{wanted.name}` is of kind {wanted.kind} and has {len(wanted.choices)} choices"
            checking.fault((*place, "fields", number), message, 'give choices to kind = "choice" and to no other')
    _check_takers(checking, place, step)


def _check_takers(checking: Checking, place: Place, step: Transition) -> None:
    for role in sorted(step.roles & checking.vocabulary.onlookers):
        message = f"The role `{role}` may only read"
        checking.fault((*place, "roles"), message, "name a role that takes steps", f'"{role}"')
    if not step.for_people and not step.automatic and not _by_rule(checking.definition, step):
        message = f"Nobody could take `{step.name}`: it names no role, no position, and no trigger or deadline takes it"
        checking.fault(place, message, "add roles, positions, or automatic = true")
    excluded = excluded_from(step)
    if step.for_people and not step.roles - checking.vocabulary.onlookers and step.positions <= excluded:
        message = f"Nobody could {'give the approval' if step.approves else 'take'} `{step.name}`"
        why = f"{', '.join(sorted(step.positions))} may not (own work is never approved)"
        checking.fault(place, f"{message}: {why}", "add a role, or another position", "positions")
    if step.approves and not step.for_people:
        checking.fault(place, f"`{step.name}` approves, and no person may give it", "add roles, or remove approves")
    kind = checking.vocabulary.subjects.get(checking.definition.subject)
    if step.approves and kind and kind.approving and kind.approving not in step.effects:
        message = f"`{step.name}` approves without naming the version that was read"
        checking.fault(place, message, f'add effects = ["{kind.approving}"]')
    leaves = checking.definition.initial in step.sources and step.target != checking.definition.initial
    if leaves and kind and kind.fixing and kind.fixing not in step.effects:
        message = f"`{step.name}` ends the writing without fixing what was written"
        checking.fault(place, message, f'add effects = ["{kind.fixing}"]')


def _by_rule(definition: Definition, step: Transition) -> bool:
    rules = [trigger.transition for trigger in definition.triggers.values()]
    deadlines = [deadline.transition for state in definition.states.values() for deadline in state.deadlines]
    return step.name in (*rules, *deadlines)


def _check_ways(checking: Checking) -> None:
    """Unreachable states, dead ends, and final states that do not end."""
    definition = checking.definition
    reached, waiting = set(), [definition.initial, *definition.begins_in]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += [step.target for step in definition.leaving(state) if step.target not in reached]
    for name, state_ in definition.states.items():
        place = ("states", name)
        leaving = [step for step in definition.leaving(name) if step.target != name]
        if name not in reached:
            checking.fault(place, f"The state `{name}` is never reached", "add a transition to it, or remove it")
        if not state_.final and not leaving:
            checking.fault(place, f"The state `{name}` is a dead end", 'add a transition from it, or kind = "final"')
        if state_.final and definition.leaving(name):
            steps = ", ".join(step.name for step in definition.leaving(name))
            message = f"The state `{name}` is final, but {steps} leaves it"
            checking.fault(place, message, 'remove kind = "final"', "kind")
