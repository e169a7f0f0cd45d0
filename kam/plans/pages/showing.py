"""One plan: where it stands, what is missing, who writes it; and the steps of its workflow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.language import N_
from kam.plans import deciders, describing, queries
from kam.plans.pages.frame import frame, measured
from kam.plans.pages.unsaved import Unsaved
from kam.plans.writable import Fixed
from kam.relationships.positions import POSITIONS
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.web.refusals import TAKES_STEPS, astray
from kam.web.stepping import request_of, take_step
from kam.workflow import history, options
from kam.workflow.instances import look_at
from kam.workflow.registry import current

Asked = Request[Any, Any, Any]


@get("/plans/{plan:uuid}", opt=TAKES_STEPS)
async def show(request: Asked, plan: UUID) -> Response[Any]:
    around = await frame(request, plan)
    row = around["plan"]
    definition = current().known_or_absent(queries.WORKFLOW, "plan")
    possible = await options.options(row["instance"], by=request.user, now=now())
    return page(
        request, "plans/show.html", **around, definition=definition, options=possible,
        states=options.stages(definition, row["state"], but="superseded"),
        steps_taken=await _steps(row["instance"], definition), objectives=await measured(row, around["fixed"]),
        team=await queries.team(row["customer"]), positions=POSITIONS, versions=await queries.versions(plan),
        documents=await queries.documents(plan), deciding=await deciders.deciding(row["instance"]),
        astray=astray((option.instance, option.transition) for option in possible),
    )  # fmt: skip


@get("/plans/{plan:uuid}/edit")
async def edit(request: Asked, plan: UUID) -> Response[Any]:
    request.user.require("write_plans")
    return await _editing(request, plan)


async def _editing(
    request: Asked, plan: UUID, form: Form | None = None, *, status: int = 200, unsaved: Unsaved | None = None
) -> Response[Any]:
    around = await frame(request, plan)
    form = form or Form.of(around["plan"])
    return page(request, "plans/edit.html", status=status, form=form, unsaved=unsaved, **around)


@post("/plans/{plan:uuid}")
async def describe(request: Asked, plan: UUID) -> Response[Any]:
    form = (await Form.read(request)).over(Form.of(await queries.find(request.user, plan)))
    if form.untouched():
        return redirect(f"/plans/{plan}")
    try:
        title = form.text("title", required=True, max=300)
        first, last = form.date("period_start", required=True), form.date("period_end", required=True)
        budget = form.decimal("budget", min=0)
        form.valid()
        assert first
        assert last
        await describing.describe(
            plan, title=title, period_start=first, period_end=last, budget=budget, by=request.user, now=now(),
            revision=form.seen(),
        )  # fmt: skip
    except Invalid as invalid:
        return await _editing(request, plan, form.refused(invalid), status=422)
    except Fixed as fixed:
        return await _editing(request, plan, form, status=409, unsaved=Unsaved(str(fixed)))
    return redirect(f"/plans/{plan}", flash=("success", N_("The plan was saved.")))


@post("/plans/{plan:uuid}/steps")
async def step(request: Asked, plan: UUID) -> Response[Any]:
    """Submit, approve, send back …: the one door."""
    row = await queries.find(request.user, plan)
    form = await Form.read(request)
    found = await look_at(row["instance"], request_of(form))
    return await take_step(request, found, form, link=f"/plans/{plan}")


async def _steps(instance: UUID, definition: Any) -> list[dict[str, Any]]:
    """The steps taken, the newest first, with the names of who took them."""
    taken = await history.steps(instance)
    names = await queries.names([one.by for one in taken if one.by])
    return [
        {
            "title": definition.step_title(one.transition),
            "at": one.at,
            "by": names.get(one.by, "kam"),
            "comment": one.comment,
        }
        for one in reversed(taken)
    ]


ROUTES = [show, edit, describe, step]
