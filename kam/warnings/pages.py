"""Early warning: who stands on which level, why, since when, and what can be done about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.clock import now
from kam.customers.kind import CUSTOMER
from kam.people.viewer import Viewer
from kam.records.finding import find
from kam.warnings import queries
from kam.warnings.explaining import reason
from kam.warnings.queries import NORMAL, WORKFLOW
from kam.warnings.showing import shown
from kam.warnings.showing import steps as offered
from kam.web.current import current as asked
from kam.web.page import page
from kam.web.refusals import TAKES_STEPS, astray
from kam.web.waiting import counts
from kam.workflow.history import steps
from kam.workflow.options import instance_of, options
from kam.workflow.registry import current

Asked = Request[Any, Any, Any]


@counts("warnings")
async def waiting(viewer: Viewer) -> int:
    """Customers above the normal level."""
    return await queries.raised(viewer, queries.RAISED)


@get("/warnings", opt=TAKES_STEPS)
async def show(request: Asked) -> Response[Any]:
    definition, counted = current().known_or_absent(WORKFLOW), await queries.counts(request.user)
    states = [*queries.RAISED, *sorted(counted.keys() - {NORMAL, *queries.RAISED})]
    chosen = request.query_params.get("level", "")
    wanted = [chosen] if chosen in states else states
    found = await queries.warned(request.user, wanted, now=now())
    warned = await shown(found, request.user, asked().language, now=now())
    levels = [(definition.state(state), [one for one in warned if one.warned.state == state]) for state in wanted]
    return page(
        request, "warnings/index.html", levels=levels, counts=counted, chosen=chosen,
        here="/warnings" + (f"?level={chosen}" if chosen else ""),
        states=[definition.state(state) for state in states], limit=queries.PER_PAGE, shown=len(warned),
        astray=astray(offered(warned)),
    )  # fmt: skip


@get("/warnings/{customer:uuid}", opt=TAKES_STEPS)
async def of_customer(request: Asked, customer: UUID) -> Response[Any]:
    """One customer's level and all that ever happened to it."""
    record = await find(CUSTOMER, request.user, customer)
    instance = await instance_of(WORKFLOW, customer)
    taken = list(reversed(await steps(instance.id)))
    names = await queries.names(step.by for step in taken)
    history = [
        (step, reason(current(), step, request.user, asked().language), names.get(step.by, "") if step.by else "")
        for step in taken
    ]
    found = await queries.warned(request.user, [instance.state], customer=customer, now=now())
    possible = await options(instance.id, by=request.user, now=now())
    return page(
        request, "warnings/customer.html", customer=record, instance=instance, history=history,
        state=current().known_or_absent(WORKFLOW).state(instance.state), warned=found[0] if found else None,
        options=possible, astray=astray((option.instance, option.transition) for option in possible),
    )  # fmt: skip


ROUTES = [show, of_customer]
