"""The fixed versions of a plan, and what changed since the last approved one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.clock import now
from kam.plans import versions
from kam.plans.comparing import PARTS, TITLES, compare, listed
from kam.plans.content import of_plan
from kam.plans.pages.frame import frame
from kam.plans.queries import Row
from kam.web.current import current
from kam.web.page import page

Asked = Request[Any, Any, Any]


@get("/plans/{plan:uuid}/versions/{number:int}")
async def show(request: Asked, plan: UUID, number: int) -> Response[Any]:
    """A version as it was fixed, with what it changed against the one before, or against the one somebody had read."""
    around = await frame(request, plan)
    version = await versions.version(plan, number)
    since = request.query_params.get("since", "")
    before = await _compared_with(around["plan"], number, since)
    content, language = version["content"], current().language
    parts = [
        (TITLES[key], content["sections"].get(key, ""), listed(key, content, language)) for key in PARTS
    ]  # fmt: skip
    return page(
        request, "plans/version.html", version=version, before=before, asked_since=since,
        parts=[part for part in parts if part[1] or part[2]],
        differences=compare(before["content"] if before else None, content, language), **around,
    )  # fmt: skip


async def _compared_with(plan: Row, number: int, since: str) -> dict[str, Any] | None:
    """What is no version of the plan is no address, as elsewhere."""
    if since.isascii() and since.isdecimal():
        return await versions.version(plan["id"], int(since[:6]))
    return await versions.read_before(plan, number)


@get("/plans/{plan:uuid}/differences")
async def differences(request: Asked, plan: UUID) -> Response[Any]:
    """The plan as it is to be read now against the version approved (else submitted) last."""
    around = await frame(request, plan, "differences")
    row, fixed = around["plan"], around["fixed"]
    before = await _before(row, fixed)
    content = fixed["content"] if fixed else await of_plan(plan, as_of=request.user.as_of(now()))
    found = compare(before["content"] if before else None, content, current().language)
    return page(request, "plans/differences.html", before=before, differences=found, **around)


async def _before(plan: Row, fixed: dict[str, Any] | None) -> dict[str, Any] | None:
    if fixed and not fixed["approved_at"]:
        return await versions.read_before(plan, fixed["number"])
    found = await versions.approved(plan["id"]) or await versions.latest(plan["id"])
    return found or (await versions.approved(plan["supersedes"]) if plan["supersedes"] else None)


ROUTES = [show, differences]
