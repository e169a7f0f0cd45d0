"""What a plan says to whoever reads it: the draft as it stands, or the version that was fixed when it left the draft.

A version holds numbers and dates as text; here they are values again, as in the rows of a draft. Three things go on
beside what was fixed: which actions are done, how far objectives have come, and who had written a section last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.plans import queries
from kam.plans.queries import Row

# What was fixed: a version with its content (`kam.plans.versions.fixed`), or None for a draft.
Version = Mapping[str, Any] | None

_UNWRITTEN = {"editor_name": "", "edited_at": None, "revision": 0}


def head(plan: Row, fixed: Version) -> Row:
    """The plan with title, period and budget as they are to be read."""
    if fixed is None:
        return plan
    said = fixed["content"]["plan"]
    period = {name: _day(said[name]) for name in ("period_start", "period_end")}
    return {**plan, **period, "title": said["title"], "currency": said["currency"], "budget": _number(said["budget"])}


async def sections(plan: UUID, fixed: Version) -> Mapping[str, Row]:
    rows = await queries.sections(plan)
    if fixed is None:
        return rows
    texts: Mapping[str, str] = fixed["content"]["sections"]
    return {key: {**_UNWRITTEN, **rows.get(key, {}), "text": text} for key, text in texts.items()}


async def listed(plan: UUID, fixed: Version) -> Mapping[str, int]:
    """How many entries the sections that are lists have, by key."""
    if fixed is None:
        return await queries.listed(plan)
    names = {"objectives": "objectives", "actions": "initiatives", "risks": "risks"}
    return {key: len(fixed["content"][name]) for key, name in names.items()}


async def objectives(plan: UUID, fixed: Version) -> Sequence[Row]:
    if fixed is None:
        return await queries.objectives(plan)
    return [
        {
            **one, "id": None, "baseline": _number(one["baseline"]), "target": _number(one["target"]),
            "due_on": _day(one["due_on"]),
        }
        for one in fixed["content"]["objectives"]
    ]  # fmt: skip


async def initiatives(plan: UUID, fixed: Version) -> Sequence[Row]:
    """Each with its `actions`; what was fixed has an `id` only where the action that is ticked off is still the one."""
    rows = await queries.initiatives(plan)
    if fixed is None:
        return rows
    live = iter([action for one in rows for action in one["actions"]])
    return [
        {**one, "id": None, "actions": [_action(action, next(live, None)) for action in one["actions"]]}
        for one in fixed["content"]["initiatives"]
    ]


def _action(fixed: Mapping[str, Any], live: Row | None) -> Row:
    said = {**fixed, "id": None, "owner": None, "due_on": _day(fixed["due_on"]), "done_at": _moment(fixed["done_at"])}
    same = live is not None and live["title"] == fixed["title"]
    return {**said, "id": live["id"], "done_at": live["done_at"]} if live and same else said


async def risks(plan: UUID, fixed: Version) -> Sequence[Row]:
    if fixed is None:
        return await queries.risks(plan)
    return [{**one, "id": None, "owner": None} for one in fixed["content"]["risks"]]


async def team(plan: Row, fixed: Version) -> Sequence[Row]:
    if fixed is None:
        return await queries.team(plan["customer"])
    return [{**one, "since": _day(one["since"])} for one in fixed["content"]["team"]]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
