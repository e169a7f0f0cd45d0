"""The forms of a plan's tables: objectives, initiatives, actions and risks are added, changed and removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.clock import now
from kam.errors import Invalid
from kam.language import N_
from kam.plans import completing, entries, planning_actions, queries, setting_objectives, weighing_risks
from kam.plans.pages.owners import read_owner
from kam.plans.pages.sections import shown
from kam.plans.pages.unsaved import entered
from kam.plans.writable import Fixed
from kam.web.forms import Form
from kam.web.page import redirect

Asked = Request[Any, Any, Any]
_SECTIONS = {"objective": "objectives", "initiative": "actions", "action": "actions", "risk": "risks"}
SAVED = N_("Saved.")
REMOVED = N_("Removed. The history keeps it.")


@post(["/plans/{plan:uuid}/objectives", "/plans/{plan:uuid}/objectives/{entry:uuid}"])
async def objective(request: Asked, plan: UUID, entry: UUID | None = None) -> Response[Any]:
    async def save(form: Form) -> None:
        values: dict[str, Any] = {
            "title": form.text("title", required=True, max=300), "fact": form.text("fact", max=60),
            "baseline": form.decimal("baseline"), "target": form.decimal("target"), "due_on": form.date("due_on"),
        }  # fmt: skip
        form.valid()
        if form.untouched():
            return
        await setting_objectives.set_objective(plan, **values, by=request.user, now=now(), objective=entry)

    return await _saved(request, plan, "objective", entry, save)


@post(["/plans/{plan:uuid}/initiatives", "/plans/{plan:uuid}/initiatives/{entry:uuid}"])
async def initiative(request: Asked, plan: UUID, entry: UUID | None = None) -> Response[Any]:
    async def save(form: Form) -> None:
        values: dict[str, Any] = {
            "title": form.text("title", required=True, max=300), "strategy": form.text("strategy"),
            "objective": form.uuid("objective"),
        }  # fmt: skip
        form.valid()
        if form.untouched():
            return
        await planning_actions.plan_initiative(plan, **values, by=request.user, now=now(), initiative=entry)

    return await _saved(request, plan, "initiative", entry, save)


@post(["/plans/{plan:uuid}/actions", "/plans/{plan:uuid}/actions/{entry:uuid}"])
async def action(request: Asked, plan: UUID, entry: UUID | None = None) -> Response[Any]:
    async def save(form: Form) -> None:
        within = form.uuid("initiative", required=True)
        values: dict[str, Any] = {
            "title": form.text("title", required=True, max=300), "owner": await read_owner(form, plan, request.user),
            "due_on": form.date("due_on"),
        }  # fmt: skip
        form.valid()
        if form.untouched():
            return
        assert within
        await planning_actions.plan_action(plan, within, **values, by=request.user, now=now(), action=entry)

    return await _saved(request, plan, "action", entry, save)


@post(["/plans/{plan:uuid}/risks", "/plans/{plan:uuid}/risks/{entry:uuid}"])
async def risk(request: Asked, plan: UUID, entry: UUID | None = None) -> Response[Any]:
    async def save(form: Form) -> None:
        values: dict[str, Any] = {
            "title": form.text("title", required=True, max=300), "response": form.text("response"),
            "owner": await read_owner(form, plan, request.user),
            "likelihood": form.integer("likelihood", required=True, min=1, max=5),
            "impact": form.integer("impact", required=True, min=1, max=5),
        }  # fmt: skip
        form.valid()
        if form.untouched():
            return
        await weighing_risks.weigh_risk(plan, **values, by=request.user, now=now(), risk=entry)

    return await _saved(request, plan, "risk", entry, save)


@post("/plans/{plan:uuid}/actions/{entry:uuid}/completion")
async def completion(request: Asked, plan: UUID, entry: UUID) -> Response[Any]:
    """A box that is ticked or not."""
    form = await Form.read(request)
    mark = completing.complete if form.yes("done") else completing.reopen
    await mark(plan, entry, by=request.user, now=now())
    return redirect(f"/plans/{plan}/sections/actions#action-{entry}")


_REMOVALS: dict[str, tuple[Callable[..., Awaitable[None]], str]] = {
    "objectives": (setting_objectives.remove_objective, "objectives"),
    "initiatives": (planning_actions.remove_initiative, "actions"),
    "actions": (planning_actions.remove_action, "actions"),
    "risks": (weighing_risks.remove_risk, "risks"),
}


@post([f"/plans/{{plan:uuid}}/{kind}/{{entry:uuid}}/removal" for kind in _REMOVALS])
async def removal(request: Asked, plan: UUID, entry: UUID) -> Response[Any]:
    remove, section = _REMOVALS[request.url.path.split("/")[3]]
    await remove(plan, entry, by=request.user, now=now())
    return redirect(f"/plans/{plan}/sections/{section}", flash=("success", REMOVED))


async def _saved(
    request: Asked, plan: UUID, kind: str, entry: UUID | None, save: Callable[[Form], Awaitable[None]]
) -> Response[Any]:
    """Back to the section, or, when it was refused, the section with the form as it was typed."""
    form, section = await Form.read(request), _SECTIONS[kind]
    if entry:
        await queries.find(request.user, plan)
        form.over(Form.of(await entries.entry(kind, entry, plan)))
    try:
        await save(form)
    except Invalid as invalid:
        opened = str(entry or f"new-{form.value('initiative') or request.url.path.rpartition('/')[2]}")
        return await shown(request, plan, section, form=form.refused(invalid), opened=opened, status=422)
    except Fixed as fixed:
        return await shown(request, plan, section, unsaved=await entered(kind, form, str(fixed)), status=409)
    return redirect(f"/plans/{plan}/sections/{section}", flash=("success", SAVED))


ROUTES = [objective, initiative, action, risk, completion, removal]
