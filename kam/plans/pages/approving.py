"""What waits on me to decide, with the difference where one reads and the decision beside it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from kam.clock import now
from kam.people.viewer import Viewer
from kam.plans import discussion, queries, versions
from kam.plans.approvals import Waiting, count_waiting_on, waiting
from kam.plans.comparing import Difference, compare
from kam.plans.freezing import NUMBER
from kam.web.current import current
from kam.web.page import page
from kam.web.refusals import TAKES_STEPS, astray
from kam.web.waiting import counts


@get("/approvals", opt=TAKES_STEPS)
async def index(request: Request[Any, Any, Any]) -> Response[Any]:
    every = await waiting(request.user, now=now())
    plans = [one for one in every if one.workflow == queries.WORKFLOW]
    differences = {one.subject: await _difference(request.user, one) for one in plans}
    mine, others = [one for one in every if one.mine], [one for one in every if not one.mine]
    comments = await discussion.of_plans(one.subject for one in plans if one.mine)
    return page(
        request, "approvals/index.html", mine=mine, others=others, differences=differences, comments=comments,
        astray=astray(step for one in mine for step in one.steps),
    )  # fmt: skip


async def _difference(viewer: Viewer, one: Waiting) -> tuple[bool, list[Difference]]:
    """Whether the version that the form names is the first one, and what it changes against the one approved before."""
    plan = await queries.find(viewer, one.subject)
    if NUMBER not in one.decide.seen:
        return True, []
    submitted = await versions.version(one.subject, one.decide.seen[NUMBER])
    before = await versions.read_before(plan, submitted["number"])
    return before is None, compare(before["content"] if before else None, submitted["content"], current().language)


@counts("approvals")
async def waiting_count(viewer: Viewer) -> int:
    return await count_waiting_on(viewer)


ROUTES = [index]
