"""Why a customer stands on a warning level, in the reader's language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from kam.language import Titles
from kam.people.viewer import Viewer
from kam.warnings.queries import WORKFLOW
from kam.workflow.conditions import facts_in
from kam.workflow.registry import Workflows
from kam.workflow.sentences import Wording


@dataclass(frozen=True, slots=True)
class Value:
    """A fact as it stood. `money` is an amount in the customer's currency, to be shown with it instead of `shown`."""

    title: str
    shown: str
    money: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """`title` names the rule or the step, `sentence` its condition, `values` what set it off."""

    title: Titles
    sentence: str
    values: tuple[Value, ...]
    automatic: bool


class Taken(Protocol):
    """A step, as the history or the list of warnings has it."""

    @property
    def transition(self) -> str: ...
    @property
    def trigger(self) -> str | None: ...
    @property
    def by(self) -> object: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


def reason(workflows: Workflows, taken: Taken, viewer: Viewer, language: str) -> Reason:
    """The rule by which the level was reached with the values as they stood, or the step a person took."""
    definition = workflows.known_or_absent(WORKFLOW)
    trigger = definition.triggers.get(taken.trigger or "")
    if trigger:
        wording = workflows.wording(WORKFLOW)
        names = [name for name in sorted(facts_in(trigger.when)) if name in wording.facts]
        hidden = workflows.vocabulary.hidden(wording.facts, viewer)
        values = tuple(_value(wording, name, taken.facts.get(name), hidden, language) for name in names)
        return Reason(trigger.title, wording.sentence(trigger.when).text(language), values, automatic=True)
    deadline = definition.deadline(taken.trigger or "")
    if deadline:
        return Reason(deadline.title, "", (), automatic=True)
    return Reason(definition.step_title(taken.transition), "", (), automatic=not taken.by)


def _value(wording: Wording, name: str, value: Any, hidden: Collection[str], language: str) -> Value:
    known = wording.facts[name].unit == "money" and value is not None and name not in hidden
    shown = wording.now(name, value, hidden).text(language)
    return Value(wording.title(name).text(language), shown, Decimal(str(value)) if known else None)


def deadline_title(workflows: Workflows, name: str | None) -> Titles | None:
    found = workflows.known_or_absent(WORKFLOW).deadline(name) if name else None
    return found.title if found else None
