"""The fixed versions of a plan, and which of them stands for the plan."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import NotFound
from kam.language import N_
from kam.plans import queries
from kam.plans.printing import APPROVED, DRAFT, SUBMITTED, SUPERSEDED
from kam.plans.queries import Row

_MANY = 10**9  # versions; larger numbers are in addresses made by hand, and no number of the database
NO_SUCH_VERSION = N_("This plan has no such version.")

_VERSION = """
SELECT version.*, maker.name AS made_by_name, approver.name AS approved_by_name
FROM plan_version version
LEFT JOIN person maker ON maker.id = version.made_by
LEFT JOIN person approver ON approver.id = version.approved_by
WHERE version.plan = $1
"""


async def version(plan: UUID, number: int) -> dict[str, Any]:
    """One version with its content read. Permission is that of the plan, which the caller has found."""
    row = await DB.fetchrow(f"{_VERSION} AND version.number = $2", plan, number) if number < _MANY else None
    if row is None:
        raise NotFound(NO_SUCH_VERSION)
    return _read(row)


async def latest(plan: UUID) -> dict[str, Any] | None:
    row = await DB.fetchrow(f"{_VERSION} ORDER BY version.number DESC LIMIT 1", plan)
    return _read(row) if row else None


async def fixed(plan: Row) -> dict[str, Any] | None:
    """The version that was fixed when the plan left its draft: what pages show from then on.

    None for a draft, and for one that was given up before giving up fixed a version too.
    """
    if plan["state"] == queries.DRAFT:
        return None
    row = await DB.fetchrow(
        f"""{_VERSION} AND version.made_at >= (
            SELECT max(step.at) FROM workflow_step step WHERE step.instance = $2 AND step.from_state = $3
        ) ORDER BY version.number DESC LIMIT 1""",
        plan["id"],
        plan["instance"],
        queries.DRAFT,
    )
    return _read(row) if row else None


async def approved(plan: UUID) -> dict[str, Any] | None:
    """The version approved last."""
    row = await DB.fetchrow(
        f"{_VERSION} AND version.approved_at IS NOT NULL ORDER BY version.number DESC LIMIT 1", plan
    )
    return _read(row) if row else None


async def standing_for(plan: Row) -> dict[str, Any] | None:
    """What a reader of the plan should get on paper: what its pages show once it is no draft, while it is written again
    the version approved before, and else the draft (None)."""
    return await fixed(plan) or await approved(plan["id"])


async def read_before(plan: Row, number: int) -> dict[str, Any] | None:
    """What version `number` is compared with: the last approved one before it, also of the plan it carries on."""
    row = await DB.fetchrow(
        f"{_VERSION} AND version.number < $2 ORDER BY version.approved_at IS NULL, version.number DESC LIMIT 1",
        plan["id"],
        number,
    )
    if row:
        return _read(row)
    return await approved(plan["supersedes"]) if plan["supersedes"] else None


def mark(plan: Row, chosen: dict[str, Any] | None) -> str:
    """What is written across the document."""
    if chosen is None:
        return DRAFT
    if chosen["approved_at"]:
        return SUPERSEDED if plan["state"] == SUPERSEDED else APPROVED
    return SUBMITTED if plan["state"] == SUBMITTED else DRAFT


def _read(row: Row) -> dict[str, Any]:
    content = row["content"]
    return {**row, "content": json.loads(content) if isinstance(content, str) else content}
