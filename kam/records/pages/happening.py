"""What can happen to a record of any kind, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kam.language import N_, title
from kam.records import recording
from kam.records.guarding import LET_THROUGH
from kam.records.guards import called
from kam.workflow.definition import Definition
from kam.workflow.reaching import BEGUN
from kam.workflow.registry import current as workflows

HAPPENED = {
    recording.CREATED: N_("%(what)s added"),
    recording.CHANGED: N_("%(what)s changed"),
    recording.DELETED: N_("%(what)s deleted"),
    recording.RESTORED: N_("%(what)s restored"),
    BEGUN: N_("%(what)s: workflow begun"),
    LET_THROUGH: N_("%(what)s let through beyond a guard"),
}


def let_through(changes: Mapping[str, Any], language: str) -> str:
    """Beyond which guard, and why; a guard whose file is gone is told by its name."""
    name, remark = changes["guard"][1], changes["remark"][1]
    guard = called(name)
    return f"{title(guard.title, language) if guard else name}: {remark}"


def step(row: Mapping[str, Any], language: str) -> dict[str, str]:
    """What a step is called, and from where to where it led, why it was taken and what was said with it. `row` has the
    `workflow`, the `transition`, the states `from` and `to`, the `comment` and what `trigger` made the system act."""
    definition = workflows().known_or_absent(row["workflow"])
    states = (title(definition.state(row[name]).title, language) for name in ("from", "to"))
    return {
        "title": title(definition.step_title(row["transition"]), language),
        "text": "\n".join(
            filter(None, (" → ".join(states), why(definition, row["trigger"], language), row["comment"]))
        ),
    }


def why(definition: Definition, trigger: str | None, language: str) -> str:
    """Why the system took a step: the rule that held, or the time that ran out."""
    rule = definition.triggers.get(trigger) or definition.deadline(trigger) if trigger else None
    return title(rule.title, language) if rule else ""


def begun(changes: Mapping[str, Any], language: str) -> str:
    """In which workflow and state a record has begun that was there before."""
    definition = workflows().known_or_absent(changes["workflow"][1])
    state = definition.state(changes["state"][1])
    return f"{title(definition.title, language)}: {title(state.title, language)}"


# Events that have words of their own, whatever fields there are.
IN_OWN_WORDS: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {BEGUN: begun, LET_THROUGH: let_through}
