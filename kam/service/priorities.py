"""How urgent a case is, and so by when it is to be solved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kam.language import N_
from kam.records.fields import Look

PRIORITIES = {
    "urgent": N_("Urgent"),
    "high": N_("High"),
    "normal": N_("Normal"),
    "low": N_("Low"),
}
LOOKS = {
    "urgent": Look("bad", icon="siren"),
    "high": Look("watch", icon="arrow-up"),
    "normal": Look("calm", icon="minus"),
    "low": Look("calm", icon="arrow-down"),
}
USUAL = "normal"

# How long a case may stay unsolved before it is overdue.
TIME_TO_SOLVE = {
    "urgent": timedelta(hours=8),
    "high": timedelta(days=1),
    "normal": timedelta(days=3),
    "low": timedelta(days=10),
}


def due(priority: str, since: datetime) -> datetime:
    """A priority that an import or an earlier version left behind is like the usual one."""
    return since + TIME_TO_SOLVE.get(priority, TIME_TO_SOLVE[USUAL])


async def due_by_priority(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Another priority counts from where the one before counted from: the opening, or the last reopening. So back to
    the first priority leads back to the first date."""
    if before.get("due_at") is None:
        return {"due_at": due(values["priority"], values["created_at"])}
    if values["priority"] == before["priority"]:
        return {}
    counted_from = before["due_at"] - (due(before["priority"], before["due_at"]) - before["due_at"])
    return {"due_at": due(values["priority"], counted_from)}
