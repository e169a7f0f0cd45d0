"""Faults of names: former names that are still in use or claimed twice, and names that kam itself asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kam.workflow.definition import GOES_ON, MEANINGS, RENAMED, State, Transition

if TYPE_CHECKING:
    from kam.workflow.checking import Checking


def check_names(checking: Checking) -> None:
    definition = checking.definition
    _check_former(checking, "states", "state", definition.states)
    _check_former(checking, "transitions", "transition", definition.transitions)
    if RENAMED in definition.transitions:
        message = f"`{RENAMED}` is what the history calls the step of a renamed state"
        checking.fault(("transitions", RENAMED), message, "give the transition another name")
    _check_asked_for(checking)


def check_states(checking: Checking) -> None:
    """What the states mean, and how they are shown."""
    for state in checking.definition.states.values():
        place = ("states", state.name)
        if state.final and state.meaning in GOES_ON:
            message = f"The state `{state.name}` is final, but means `{state.meaning}`, which goes on"
            remedy = f"use one of {', '.join(one for one in MEANINGS if one not in GOES_ON)}"
            checking.fault((*place, "meaning"), message, remedy)
        if state.icon and not checking.vocabulary.drawable(state.icon):
            message = f"There is no icon `{state.icon}`"
            checking.fault((*place, "icon"), message, "use the name of one at lucide.dev/icons, or leave it out")


def _check_former(checking: Checking, table: str, noun: str, named: Mapping[str, State | Transition]) -> None:
    claimed: dict[str, str] = {}
    for one in named.values():
        for former in one.renamed_from:
            place, near = (table, one.name, "renamed_from"), f'"{former}"'
            if former in named:
                message = f"`{one.name}` says it was renamed from `{former}`, but there is a {noun} `{former}`"
                checking.fault(place, message, "name only what the file no longer has", near)
            elif former in claimed:
                message = f"`{claimed[former]}` and `{one.name}` both say they were renamed from `{former}`"
                checking.fault(place, message, f"leave it to one {noun}", near)
            claimed.setdefault(former, one.name)


def _check_asked_for(checking: Checking) -> None:
    """What the program itself asks for by name cannot have another; its title can say anything."""
    definition = checking.definition
    asked = checking.vocabulary.asked_for.get(definition.name)
    if asked is None:
        return
    remedy = "keep the name, and change the title as you like"
    for name in (name for name in asked.states if name not in definition.states):
        checking.fault(("states",), f"The state `{name}` is missing, and kam itself asks for it", remedy)
    for name in (name for name in asked.transitions if name not in definition.transitions):
        checking.fault(("transitions",), f"The transition `{name}` is missing, and kam itself takes it", remedy)
    if asked.counted and set(asked.states) <= definition.states.keys() and tuple(definition.states) != asked.states:
        message = f"The levels are counted, and these are {', '.join(definition.states)}"
        checking.fault(("states",), message, f"have just these, in this order: {', '.join(asked.states)}")
