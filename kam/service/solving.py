"""What the steps of a case cause in the case itself: whose it is, how and when it was solved, by when it must be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kam.records.stepping import moved, set_with
from kam.service.priorities import due
from kam.workflow.actors import Actor
from kam.workflow.history import Step
from kam.workflow.vocabulary import Effect


async def take(step: Step, by: Actor, _now: datetime) -> Mapping[str, Any]:
    return await set_with(step, await moved(step), {"owner": by.id})


async def solve(step: Step, by: Actor, now: datetime) -> Mapping[str, Any]:
    """A case that was nobody's was solved by whoever says so."""
    case = await moved(step)
    solution = {"solution": str(step.fields.get("solution", "")), "solved_at": now}
    return await set_with(step, case, solution | {"owner": case["owner"] or by.id})


async def close(step: Step, _by: Actor, _now: datetime) -> Mapping[str, Any]:
    """How content the customer was, if somebody asked."""
    said = step.fields.get("satisfaction")
    return await set_with(step, await moved(step), {"satisfaction": str(said)}) if said else {}


async def reopen(step: Step, by: Actor, now: datetime) -> Mapping[str, Any]:
    """The solution stays to be read; the time to solve it starts anew."""
    case = await moved(step)
    again = {"solved_at": None, "due_at": due(case["priority"], now)}
    return await set_with(step, case, again | {"owner": case["owner"] or by.id})


EFFECTS = {
    "take_case": Effect(cause=take),
    "solve_case": Effect(cause=solve),
    "close_case": Effect(cause=close),
    "reopen_case": Effect(cause=reopen),
}
