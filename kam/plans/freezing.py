"""What the steps of a plan cause: fixing what is submitted, marking what is approved, retiring its predecessor."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.plans.content import Content, canonical, fingerprint, of_plan
from kam.plans.queries import WORKFLOW, in_force
from kam.workflow.actors import SYSTEM

if TYPE_CHECKING:
    from kam.workflow.actors import Actor
    from kam.workflow.history import Step

SUPERSEDE = "supersede"
SUCCESSOR = f"{WORKFLOW}: approved successor"  # why the system superseded a plan


async def freeze_plan(step: Step, by: Actor, now: datetime) -> None:
    """On submission: the version that everybody reads and that is approved or sent back."""
    await freeze(step.subject, made_by=by.id, now=now)


async def approve_plan_version(step: Step, by: Actor, now: datetime) -> None:
    """On approval: the version that was submitted becomes the approved one; the plan it replaces is superseded."""
    await DB.execute(
        """
        UPDATE plan_version SET approved_at = $2, approved_by = $3
        WHERE plan = $1 AND approved_at IS NULL AND number = (SELECT max(number) FROM plan_version WHERE plan = $1)
        """,
        step.subject, now, by.id,
    )  # fmt: skip
    await _supersede_predecessors(step.subject, now)


async def freeze(plan: UUID, *, made_by: UUID | None, now: datetime) -> Content:
    """Writes the next version. Nothing ever changes its content or hash."""
    content = await of_plan(plan, as_of=now.date())
    await DB.execute(
        """
        INSERT INTO plan_version (id, plan, number, content, hash, made_at, made_by)
        VALUES ($1, $2, (SELECT coalesce(max(number), 0) + 1 FROM plan_version WHERE plan = $2),
                $3::text::jsonb, $4, $5, $6)
        """,
        new_id(), plan, canonical(content).decode(), fingerprint(content), now, made_by,
    )  # fmt: skip
    return content


async def _supersede_predecessors(plan: UUID, now: datetime) -> None:
    """Two plans of one customer are never in force for the same days."""
    from kam.workflow.advancing import advance

    row = await DB.fetchrow("SELECT customer, period_start, period_end FROM plan WHERE id = $1", plan)
    assert row is not None
    for earlier in await in_force(row["customer"], but=plan):
        if earlier["period_start"] <= row["period_end"] and earlier["period_end"] >= row["period_start"]:
            await advance(earlier["instance"], SUPERSEDE, by=SYSTEM, now=now, trigger=SUCCESSOR)


EFFECTS: dict[str, Any] = {"freeze_plan": freeze_plan, "approve_plan_version": approve_plan_version}
