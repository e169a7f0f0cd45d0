"""The forms of the comments beside a section: say, answer, resolve, reopen, withdraw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.clock import now
from kam.errors import Invalid
from kam.plans import commenting, queries
from kam.plans.pages.sections import shown
from kam.plans.queries import Row
from kam.plans.sections import section
from kam.web.forms import Form
from kam.web.page import redirect

Asked = Request[Any, Any, Any]


@post("/plans/{plan:uuid}/sections/{key:str}/comments")
async def say(request: Asked, plan: UUID, key: str) -> Response[Any]:
    """On a page with several sections the form names the one that is meant."""
    form = await Form.read(request)
    about = form.value("section") or key
    try:
        comment = await commenting.comment(plan, about, form.value("comment"), by=request.user, now=now())
    except Invalid as invalid:
        return await shown(request, plan, section(about).key, said=form.refused(invalid), status=422)
    return _there(request, plan, about, comment)


@post("/plans/{plan:uuid}/comments/{comment:uuid}/answers")
async def answer(request: Asked, plan: UUID, comment: UUID) -> Response[Any]:
    form = await Form.read(request)
    await queries.find(request.user, plan)
    first = await commenting.matter(plan, comment)
    try:
        await commenting.answer(plan, comment, form.value("comment"), by=request.user, now=now())
    except Invalid as invalid:
        said = Form.of({"about": str(first["id"]), "comment": form.value("comment")}).refused(invalid)
        return await shown(request, plan, first["section"], said=said, status=422)
    return _back(request, plan, first)


@post("/plans/{plan:uuid}/comments/{comment:uuid}/resolution")
async def resolution(request: Asked, plan: UUID, comment: UUID) -> Response[Any]:
    """Resolved or open again."""
    form = await Form.read(request)
    turn = commenting.resolve if form.yes("resolved") else commenting.reopen
    return _back(request, plan, await turn(plan, comment, by=request.user, now=now()))


@post("/plans/{plan:uuid}/comments/{comment:uuid}/withdrawal")
async def withdrawal(request: Asked, plan: UUID, comment: UUID) -> Response[Any]:
    return _back(request, plan, await commenting.withdraw(plan, comment, by=request.user, now=now()))


def _back(request: Asked, plan: UUID, comment: Row) -> Response[Any]:
    return _there(request, plan, comment["section"], comment["id"])


def _there(request: Asked, plan: UUID, key: str, comment: UUID) -> Response[Any]:
    """To the comment, where it was answered: on the approvals page, the desk or beside its section."""
    beside = f"/plans/{plan}/sections/{key}#comment-{comment}"
    came_from = {"approvals": f"/approvals#comment-{comment}", "desk": "/"}
    return redirect(came_from.get(request.query_params.get("from", ""), beside))


ROUTES = [say, answer, resolution, withdrawal]
