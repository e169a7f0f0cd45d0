"""What the steps of an opportunity cause: the day on which it was decided and why, or that it is open again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records.reading import NO_DATE
from kam.records.rules import FIRST_DAY, LAST_DAY
from kam.sales.tables import Opportunity
from kam.workflow.actors import Actor
from kam.workflow.history import Step
from kam.workflow.meanings import likely_in
from kam.workflow.vocabulary import Effect

_LONGEST_REASON = 2000
TOO_LONG = N_("This is too long. Shorten it.")


async def close(step: Step, by: Actor, now: datetime) -> Mapping[str, Any]:
    """The step is written with it, and only where nobody has changed the record meanwhile. Raises Invalid."""
    closed_on = _day(step) or (by.today(now) if isinstance(by, Viewer) else by.as_of(now))
    reason = str(step.fields.get("lost_reason", "")).strip()
    if len(reason) > _LONGEST_REASON:
        raise Invalid({"lost_reason": TOO_LONG})
    values: dict[Any, Any] = {
        Opportunity.closed_on: closed_on,
        Opportunity.lost_reason: reason,
        Opportunity.probability: likely_in(step.workflow, step.to_state),
    }
    await Opportunity.update(values).where(Opportunity.id == step.subject)
    return {"closed_on": closed_on.isoformat()}


async def reopen(step: Step, _by: Actor, _now: datetime) -> Mapping[str, Any]:
    """How likely it is now, nobody has judged."""
    values: dict[Any, Any] = {Opportunity.closed_on: None, Opportunity.lost_reason: "", Opportunity.probability: None}
    await Opportunity.update(values).where(Opportunity.id == step.subject)
    return {}


def _day(step: Step) -> date | None:
    """That it is a date the engine has seen."""
    said = str(step.fields.get("closed_on", ""))
    day = date.fromisoformat(said) if said else None
    if day and not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid({"closed_on": NO_DATE})
    return day


EFFECTS = {"close_opportunity": Effect(cause=close), "reopen_opportunity": Effect(cause=reopen)}
