"""A definition compiled into one `transitions.Machine` without models.

`machine.events[name].trigger(attempt)` takes the step on the attempt alone. With `model=None` and no queue a machine
holds nothing that a step changes, so one per definition serves all threads and tasks; `add_model` would register
every subject for ever, and is never called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transitions import Machine, MachineError

from kam.workflow.blockers import Blocker
from kam.workflow.deciding import Attempt
from kam.workflow.definition import Definition

Decide = Callable[[Attempt], tuple[Blocker, ...]]


def compiled(definition: Definition, decide: Decide) -> Machine:
    def free(event: Any) -> bool:
        event.model.blockers = decide(event.model)
        return not event.model.blockers

    return Machine(
        model=None,
        states=[{"name": state.name, "final": state.final} for state in definition.states.values()],
        initial=definition.initial,
        transitions=[
            {"trigger": step.name, "source": source, "dest": step.target, "conditions": free}
            for step in definition.transitions.values()
            for source in step.sources
        ],
        auto_transitions=False,
        send_event=True,
        name=definition.name,
    )


def move(machine: Machine, decide: Decide, attempt: Attempt) -> bool:
    """Takes the step on `attempt`, or leaves it where it was with every blocker.

    A state that the file no longer has is none of the machine's; no step leads on from there.
    """
    if attempt.state not in machine.states:
        attempt.blockers = decide(attempt)
        return False
    try:
        return bool(machine.events[attempt.transition.name].trigger(attempt))
    except MachineError:
        attempt.blockers = decide(attempt)
        return False
