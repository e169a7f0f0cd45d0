"""Whether the versions of plans are what was submitted and approved: each against its own hash, and against the steps.

A step says who submitted or approved and when, and from the second hash of steps on which version, with its hash.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from uuid import UUID

from kam.database.engine import DB
from kam.plans.content import fingerprint
from kam.plans.freezing import EFFECTS, approve_plan_version, freeze_plan
from kam.plans.queries import WORKFLOW
from kam.workflow.registry import current

_BATCH = 200
_NOBODY = UUID(int=0)

_CONTENT = """
SELECT version.id, plan.title, version.number, version.content::text AS content, version.hash
FROM plan_version version JOIN plan ON plan.id = version.plan
WHERE version.id > $1 ORDER BY version.id LIMIT $2
"""

_STEPS = """
decided AS (
    SELECT i.subject AS plan, s.transition, s.number AS step, s.at, s."by",
           s.fields ->> 'version' AS version, s.to_state, s.fields ->> 'version_hash' AS hash
    FROM workflow_step s JOIN workflow_instance i ON i.id = s.instance WHERE i.workflow = $1
), said AS (
    SELECT version.*, decided.step, decided.transition, decided.at AS decided_at, decided."by" AS decided_by
    FROM decided JOIN plan_version version ON version.plan = decided.plan
     AND coalesce(decided.version, version.number::text) = version.number::text
     AND coalesce(decided.hash, version.hash) = version.hash
)
"""
_UNFOUNDED = f"""
WITH {_STEPS}
SELECT plan.title, version.number, num_nonnulls(version.approved_at, version.approved_by) > 0 AND NOT EXISTS (
    SELECT FROM said WHERE said.id = version.id AND said.transition = ANY($3)
    AND (said.decided_at, said.decided_by) IS NOT DISTINCT FROM (version.approved_at, version.approved_by)
) AS unapproved, NOT EXISTS (
    SELECT FROM said WHERE said.id = version.id AND said.transition = ANY($2)
    AND (said.decided_at, said.decided_by) IS NOT DISTINCT FROM (version.made_at, version.made_by)
) AS unsubmitted
FROM plan_version version JOIN plan ON plan.id = version.plan ORDER BY 1, 2
"""
_MISSING = f"""
WITH {_STEPS}
SELECT plan.title, decided.step, decided.version FROM decided JOIN plan ON plan.id = decided.plan
WHERE decided.transition = ANY($2) AND (decided.version IS NOT NULL OR decided.to_state = ANY($4)) AND NOT EXISTS (
    SELECT FROM said WHERE said.plan = decided.plan AND said.step = decided.step
    AND (said.made_at, said.made_by) IS NOT DISTINCT FROM (decided.at, decided."by")
) OR decided.transition = ANY($3) AND NOT EXISTS (
    SELECT FROM said WHERE said.plan = decided.plan AND said.step = decided.step
    AND (said.approved_at, said.approved_by) IS NOT DISTINCT FROM (decided.at, decided."by")
) ORDER BY 1, 2
"""


async def faults() -> AsyncIterator[str]:
    """Each version that is not what it was, and each step whose version is not there, as a sentence."""
    async for fault in _altered():
        yield fault
    steps = (WORKFLOW, _causing(freeze_plan), _causing(approve_plan_version))
    for row in await DB.fetch(_UNFOUNDED, *steps):
        if row["unsubmitted"]:
            yield f"Version {row['number']} of the plan “{row['title']}” was submitted by no step of the history."
        if row["unapproved"]:
            yield f"Version {row['number']} of the plan “{row['title']}” was approved by no step of the history."
    for row in await DB.fetch(_MISSING, *steps, _approved_from()):
        which = f"version {row['version']}" if row["version"] else "a version"
        yield f"Step {row['step']} of the plan “{row['title']}” decided on {which} that is not there as it was."


async def _altered() -> AsyncIterator[str]:
    """A batch at a time: a version holds a whole plan."""
    last = _NOBODY
    while rows := await DB.fetch(_CONTENT, last, _BATCH):
        last = rows[-1]["id"]
        for row in rows:
            if fingerprint(json.loads(row["content"])) != row["hash"]:
                yield f"Version {row['number']} of the plan “{row['title']}” does not say what its hash says."


def _approved_from() -> list[str]:
    """Where what is submitted waits. A step elsewhere that names no version is older than fixing what is given up."""
    steps = current().definition(WORKFLOW).transitions.values()
    return [source for step in steps if step.approves for source in step.sources]


def _causing(effect: object) -> list[str]:
    """The steps that have this effect."""
    names = {name for name, cause in EFFECTS.items() if effect in (cause, getattr(cause, "cause", None))}
    return [step.name for step in current().definition(WORKFLOW).transitions.values() if names & {*step.effects}]
