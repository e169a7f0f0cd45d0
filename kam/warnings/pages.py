"""Early warning: who stands on which level, why, since when, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.queries import find, require_visible
from kam.language import N_, Titles
from kam.people.viewer import Viewer
from kam.warnings import queries
from kam.warnings.explaining import Reason, deadline_title, reason
from kam.warnings.queries import NORMAL, WORKFLOW, Warned
from kam.web.addresses import own_path
from kam.web.current import current as asked
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.web.waiting import counts
from kam.workflow.advancing import advance
from kam.workflow.history import steps
from kam.workflow.options import Option, instance_of, options
from kam.workflow.registry import current

Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A warning as the page shows it."""

    warned: Warned
    reason: Reason
    deadline: Titles | None
    options: tuple[Option, ...]


@counts("warnings")
async def waiting(viewer: Viewer) -> int:
    """Customers above the normal level."""
    return await queries.raised(viewer, [state for state in current().definition(WORKFLOW).states if state != NORMAL])


@get("/warnings")
async def show(request: Asked) -> Response[Any]:
    definition = current().definition(WORKFLOW)
    states = [state for state in definition.states if state != NORMAL]
    chosen = request.query_params.get("level", "")
    wanted = [chosen] if chosen in states else list(reversed(states))
    found = await queries.warned(request.user, wanted, now=now())
    shown = [await _shown(one, request.user, now()) for one in found]
    levels = [(definition.states[state], [one for one in shown if one.warned.state == state]) for state in wanted]
    return page(
        request, "warnings/index.html", levels=levels, counts=await queries.counts(request.user), chosen=chosen,
        here="/warnings" + (f"?level={chosen}" if chosen else ""),
        states=[definition.states[state] for state in reversed(states)], limit=queries.PER_PAGE, shown=len(shown),
    )  # fmt: skip


@get("/warnings/{customer:uuid}")
async def of_customer(request: Asked, customer: UUID) -> Response[Any]:
    """One customer's level and all that ever happened to it."""
    record = await find(request.user, customer)
    instance = await instance_of(WORKFLOW, customer)
    taken = list(reversed(await steps(instance.id)))
    names = await queries.names(step.by for step in taken)
    history = [
        (step, reason(current(), step, asked().language), names.get(step.by, "") if step.by else "") for step in taken
    ]
    found = await queries.warned(request.user, [instance.state], customer=customer, now=now())
    return page(
        request, "warnings/customer.html", customer=record, instance=instance, history=history,
        definition=current().definition(WORKFLOW), warned=found[0] if found else None,
        options=await options(instance.id, by=request.user, now=now()),
    )  # fmt: skip


@post("/warnings/{customer:uuid}/steps")
async def step(request: Asked, customer: UUID) -> Response[Any]:
    """Raises or lowers the level from the list, and comes back to it."""
    await require_visible(request.user, customer)
    form = await Form.read(request)
    transition = form.text("transition", required=True, max=60)
    form.valid()
    instance = await instance_of(WORKFLOW, customer)
    await advance(
        instance.id, transition, by=request.user, now=now(), comment=form.text("comment", max=5000),
        revision=form.integer("revision"), request=form.text("request", max=80) or None,
    )  # fmt: skip
    return redirect(own_path(form.text("next", max=2000), "/warnings"), flash=("success", N_("The level was changed.")))


async def _shown(warned: Warned, viewer: Viewer, moment: datetime) -> Shown:
    workflows = current()
    return Shown(
        warned,
        reason(workflows, warned, asked().language),
        deadline_title(workflows, warned.deadline),
        tuple(await options(warned.instance, by=viewer, now=moment)),
    )


ROUTES = [show, of_customer, step]
