"""One plan: where it stands, what is missing, who writes it; and the steps of its workflow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid, Refused
from kam.language import N_
from kam.plans import describing, measuring, queries
from kam.plans.pages.frame import frame
from kam.relationships.positions import POSITIONS
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.workflow import history, options
from kam.workflow.advancing import advance
from kam.workflow.registry import current

Asked = Request[Any, Any, Any]


@get("/plans/{plan:uuid}")
async def show(request: Asked, plan: UUID) -> Response[Any]:
    return await _show(request, plan)


# Where a decision was taken, and one goes on deciding.
_CAME_FROM = {"approvals": "/approvals", "desk": "/"}


@get("/plans/{plan:uuid}/edit")
async def edit(request: Asked, plan: UUID) -> Response[Any]:
    around = await frame(request, plan)
    return page(request, "plans/edit.html", form=Form.of(around["plan"]), **around)


@post("/plans/{plan:uuid}")
async def describe(request: Asked, plan: UUID) -> Response[Any]:
    form = await Form.read(request)
    try:
        title = form.text("title", required=True, max=300)
        first, last = form.date("period_start", required=True), form.date("period_end", required=True)
        budget = form.decimal("budget", min=0)
        form.valid()
        assert first
        assert last
        await describing.describe(
            plan, title=title, period_start=first, period_end=last, budget=budget, by=request.user, now=now(),
            revision=form.integer("revision"),
        )  # fmt: skip
    except Invalid as invalid:
        around = await frame(request, plan)
        return page(request, "plans/edit.html", status=422, form=form.refused(invalid), **around)
    return redirect(f"/plans/{plan}", flash=("success", N_("The plan was saved.")))


@post("/plans/{plan:uuid}/steps")
async def step(request: Asked, plan: UUID) -> Response[Any]:
    """Submit, approve, send back …: the one door. A refusal shows the plan again with every reason."""
    row = await queries.find(request.user, plan)
    form = await Form.read(request)
    transition = form.text("transition", required=True)
    fields = [field.name for field in current().definition(queries.WORKFLOW).transitions[transition].fields] if (
        transition in current().definition(queries.WORKFLOW).transitions
    ) else []  # fmt: skip
    try:
        await advance(
            row["instance"], transition, by=request.user, now=now(), comment=form.text("comment"),
            fields={name: form.value(name) for name in fields}, revision=form.integer("revision"),
            request=form.text("request") or None,
        )  # fmt: skip
    except Refused as refused:
        return await _show(request, plan, refused=refused.blockers, comment=form.value("comment"), status=409)
    back = _CAME_FROM.get(request.query_params.get("from", ""), f"/plans/{plan}")
    return redirect(back, flash=("success", N_("The step was taken.")))


async def _show(request: Asked, plan: UUID, *, status: int = 200, **more: Any) -> Response[Any]:
    around = await frame(request, plan)
    row = around["plan"]
    definition = current().definition(queries.WORKFLOW)
    facts = await measuring.values(row["customer"], as_of=now().date())
    known = measuring.measures()
    objectives = [
        measuring.measure(one, facts, known, start=row["period_start"], as_of=now().date())
        for one in await queries.objectives(plan)
    ]
    context: dict[str, Any] = {
        "states": [(name, state.title) for name, state in definition.states.items() if name != "superseded"],
        "definition": definition,
        "options": await options.options(row["instance"], by=request.user, now=now()),
        "steps_taken": await _steps(row["instance"], definition),
        "objectives": objectives,
        "team": await queries.team(row["customer"]),
        "positions": POSITIONS,
        "versions": await queries.versions(plan),
        "documents": await queries.documents(plan),
        "refused": (),
        "comment": "",
    }
    return page(request, "plans/show.html", status=status, **around, **{**context, **more})


async def _steps(instance: UUID, definition: Any) -> list[dict[str, Any]]:
    """The steps taken, the newest first, with the names of who took them."""
    taken = await history.steps(instance)
    names = await queries.names([one.by for one in taken if one.by])
    return [
        {"title": definition.transitions[one.transition].title if one.transition in definition.transitions
         else one.transition, "at": one.at, "by": names.get(one.by, "kam"), "comment": one.comment}
        for one in reversed(taken)
    ]  # fmt: skip


ROUTES = [show, edit, describe, step]
