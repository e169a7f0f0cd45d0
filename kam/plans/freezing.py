"""What the steps of a plan cause: fixing what is submitted or given up, marking what is approved, retiring its
predecessor.

They happen while the plan's instance is held, so nothing is written into the plan beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, Stale
from kam.language import N_
from kam.plans.content import canonical, fingerprint, of_plan
from kam.plans.queries import WORKFLOW, in_force
from kam.workflow.actors import SYSTEM
from kam.workflow.vocabulary import Effect

if TYPE_CHECKING:
    from kam.workflow.actors import Actor
    from kam.workflow.history import Step

SUPERSEDE = "supersede"
SUCCESSOR = f"{WORKFLOW}: approved successor"  # why the system superseded a plan
NUMBER, HASH = "version", "version_hash"  # what a step of a plan says of its version

NOT_NAMED = N_("Approving names the version that was read. Load the page again and read it before you approve.")
ANOTHER = N_(
    "The plan was submitted again after you had opened this page: what waits now is not what you read."
    " See what has changed, then decide."
)
NOTHING_WAITS = N_("No version of this plan waits for an approval. Load the page again to see where it stands.")


async def freeze_plan(step: Step, by: Actor, now: datetime) -> Mapping[str, Any]:
    """When the draft is left: the version that everybody reads from then on, and that is approved or sent back."""
    return await freeze(step.subject, made_by=by.id, now=now, as_of=by.as_of(now))


async def approve_plan_version(step: Step, by: Actor, now: datetime) -> Mapping[str, Any]:
    """On approval: the version that was read becomes the approved one; the plan it replaces is superseded."""
    if NUMBER not in step.fields or HASH not in step.fields:
        raise Invalid({NUMBER: NOT_NAMED})
    await confirm_version(step.subject, step.fields)
    approved = await DB.fetchrow(
        """
        UPDATE plan_version SET approved_at = $2, approved_by = $3
        WHERE plan = $1 AND approved_at IS NULL AND number = (SELECT max(number) FROM plan_version WHERE plan = $1)
        RETURNING number AS version, hash AS version_hash
        """,
        step.subject, now, by.id,
    )  # fmt: skip
    if approved is None:
        raise Stale(NOTHING_WAITS)
    await _supersede_predecessors(step.subject, now)
    return dict(approved)


async def waiting_versions(plans: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """Number and hash of the version of each plan that is to be read before it is approved."""
    rows = await DB.fetch(
        """
        SELECT DISTINCT ON (plan) plan, number AS version, hash AS version_hash FROM plan_version
        WHERE plan = ANY($1) ORDER BY plan, number DESC
        """,
        list(plans),
    )
    return {row["plan"]: {NUMBER: row[NUMBER], HASH: row[HASH]} for row in rows}


async def confirm_version(plan: UUID, said: Mapping[str, Any]) -> None:
    """Raises Stale, with the way to the difference, when another version than the one named is the last."""
    last = (await waiting_versions([plan])).get(plan, {})
    named = {name: str(said[name]) for name in (NUMBER, HASH) if name in said}
    if any(named[name] != str(last.get(name)) for name in named):
        raise Stale(ANOTHER, link=_difference(plan, named.get(NUMBER, ""), last[NUMBER]) if last else "")


def _difference(plan: UUID, read: str, last: int) -> str:
    """The page of the last version, compared with the one that was read if there is such a one."""
    since = f"?since={read}" if read in map(str, range(1, last)) else ""
    return f"/plans/{plan}/versions/{last}{since}"


async def freeze(plan: UUID, *, made_by: UUID | None, now: datetime, as_of: date) -> Mapping[str, Any]:
    """Writes the next version and gives its number and hash. Nothing ever changes its content or hash."""
    content = await of_plan(plan, as_of=as_of)
    hash = fingerprint(content)
    number = await DB.fetchval(
        """
        INSERT INTO plan_version (id, plan, number, content, hash, made_at, made_by)
        VALUES ($1, $2, (SELECT coalesce(max(number), 0) + 1 FROM plan_version WHERE plan = $2),
                $3::text::jsonb, $4, $5, $6) RETURNING number
        """,
        new_id(), plan, canonical(content).decode(), hash, now, made_by,
    )  # fmt: skip
    return {NUMBER: number, HASH: hash}


async def _supersede_predecessors(plan: UUID, now: datetime) -> None:
    """Two plans of one customer are never in force for the same days: approving holds the customer."""
    from kam.workflow.advancing import advance

    row = await DB.fetchrow("SELECT customer, period_start, period_end FROM plan WHERE id = $1", plan)
    assert row is not None
    for earlier in await in_force(row["customer"], but=plan, lock=True):
        if earlier["period_start"] <= row["period_end"] and earlier["period_end"] >= row["period_start"]:
            await advance(earlier["instance"], SUPERSEDE, by=SYSTEM, now=now, trigger=SUCCESSOR)


EFFECTS: dict[str, Effect] = {
    "freeze_plan": Effect(freeze_plan),
    "approve_plan_version": Effect(
        approve_plan_version, seen=(NUMBER, HASH), look=waiting_versions, confirm=confirm_version
    ),
}
