"""Steps as a person takes them who has just opened the page: naming the revision, and the version, that stand there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kam.workflow import advancing
from kam.workflow.history import Step
from kam.workflow.instances import look
from kam.workflow.registry import current
from kam.workflow.seeing import to_see


async def advance(instance: UUID, transition: str, *, fields: dict[str, Any] | None = None, **more: Any) -> Step:
    found = await look("i.id = $1", instance)
    there = found[0] if found else None
    step = current().definition(there.instance.workflow).transitions.get(transition) if there else None
    seen = await to_see(step, there.instance.subject) if step and there else {}
    more = {"revision": there.revision if there else 0, **more}
    return await advancing.advance(instance, transition, fields={**seen, **(fields or {})}, **more)
