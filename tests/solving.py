"""Cases opened and led on as people do it, for tests of what is not service itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.people.viewer import Viewer
from kam.records.adding import add
from kam.records.catalogue import kind_of
from kam.workflow.history import Step
from kam.workflow.instances import instance_of
from tests.stepping import advance

SAID: Mapping[str, Any] = {"kind": "complaint", "subject": "Leaking pump"}


async def opened(customer: UUID, *, by: Viewer, now: datetime, **values: Any) -> UUID:
    return await add(kind_of("case"), {**SAID, **values}, by=by, now=now, customer=customer)


async def led(case: UUID, transition: str, *, by: Viewer, now: datetime, **more: Any) -> Step:
    """`solve` says how, unless the fields say otherwise."""
    fields = {"solution": "New seal"} if transition == "solve" else {}
    instance = await instance_of("service_case", case)
    return await advance(instance.id, transition, **{"fields": fields, "by": by, "now": now, **more})
