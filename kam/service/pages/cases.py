"""Cases: the list, one case with its way from open to closed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.language import N_
from kam.people.queries import people_choices
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.service import queries, solving
from kam.service.badges import PRIORITY_BADGES, STATUS_BADGES
from kam.service.terms import KINDS, PRIORITIES, SOLVED, STATUSES, UNSOLVED
from kam.web.forms import Form
from kam.web.lists import Column, Filter, ListOf
from kam.web.page import page, redirect
from kam.web.waiting import counts

Asked = Request[Any, Any, Any]


CASES = ListOf(
    name="cases", title=N_("Cases"),
    source="service_case c JOIN customer ON customer.id = c.customer LEFT JOIN person ON person.id = c.owner", key="c.id",  # noqa: E501
    always="c.deleted_at IS NULL AND customer.deleted_at IS NULL",
    scope=lambda viewer, params: sees_customer(viewer, params, "customer"),
    columns=(
        Column("subject", N_("Case"), "c.subject", main=True, link="/cases/{id}", under="number", nullable=False),
        Column("customer", N_("Customer"), "customer.name", link="/customers/{customer_id}"),
        Column("kind", N_("Kind"), "c.kind", kind="choice", choices=KINDS),
        Column("priority", N_("Priority"), "c.priority", kind="badge", badges=PRIORITY_BADGES),
        Column("status", N_("Status"), "c.status", kind="badge", badges=STATUS_BADGES),
        Column("opened_at", N_("Opened"), "c.opened_at", kind="ago", nullable=False),
        Column("due_at", N_("Due"), "c.due_at", kind="ago"),
        Column("owner", N_("Owner"), "person.name"),
        Column("solved_at", N_("Solved at"), "c.solved_at", kind="ago", shown=False),
    ),
    extras={"number": "c.number", "customer_id": "customer.id"},
    filters=(
        Filter("status", N_("Status"), "c.status", choices=STATUSES),
        Filter("kind", N_("Kind"), "c.kind", choices=KINDS),
        Filter("priority", N_("Priority"), "c.priority", choices=PRIORITIES),
        Filter("owner", N_("Owner"), "c.owner", kind="person", choices=people_choices),
        Filter("overdue", N_("Overdue"), "c.due_at < now() AND c.status IN ('open', 'in_progress')", kind="yes_no"),
    ),
    search=("c.subject", "c.number", "c.problem", "customer.name", "customer.name_zh"), sort="-opened_at",
)  # fmt: skip


@counts("cases")
async def waiting(viewer: Viewer) -> int:
    return await queries.mine_unsolved(viewer)


@get("/cases")
async def index(request: Asked) -> Response[Any]:
    return await CASES.respond(request, "service/cases.html")


@get("/cases/{case:uuid}")
async def show(request: Asked, case: UUID) -> Response[Any]:
    record = await queries.find(request.user, case)
    return _show(request, record, Form.of({"revision": record["revision"], "solution": record["solution"]}))


def _show(request: Asked, record: queries.Row, form: Form, status: int = 200) -> Response[Any]:
    unsolved = record["status"] in UNSOLVED
    return page(
        request, "service/case.html", status=status, case=record, form=form, kinds=KINDS, statuses=STATUS_BADGES,
        priorities=PRIORITY_BADGES, unsolved=unsolved, solved=record["status"] == SOLVED,
        overdue=unsolved and record["due_at"] is not None and record["due_at"] < now(),
        mine=record["owner"] == request.user.id, may_write=request.user.may("write_service"),
        deleted=record["deleted_at"] is not None)  # fmt: skip


@post("/cases/{case:uuid}/solution")
async def solve(request: Asked, case: UUID) -> Response[Any]:
    form = await Form.read(request)
    try:
        solution = form.text("solution", max=20_000)
        form.valid()
        await solving.solve(case, solution, by=request.user, now=now(), revision=form.seen())
    except Invalid as invalid:
        return _show(request, await queries.find(request.user, case), form.refused(invalid), 422)
    return redirect(f"/cases/{case}", flash=("success", N_("The case is solved.")))


@post("/cases/{case:uuid}/ownership")
async def take_over(request: Asked, case: UUID) -> Response[Any]:
    return await _step(request, case, solving.take_over, N_("The case is yours."))


@post("/cases/{case:uuid}/reopening")
async def reopen(request: Asked, case: UUID) -> Response[Any]:
    return await _step(request, case, solving.reopen, N_("The case is open again."))


@post("/cases/{case:uuid}/closure")
async def close(request: Asked, case: UUID) -> Response[Any]:
    return await _step(request, case, solving.close, N_("The case is closed."))


@post("/cases/{case:uuid}/deletion")
async def delete(request: Asked, case: UUID) -> Response[Any]:
    return await _step(request, case, solving.delete, N_("The case was deleted. You can restore it here."))


@post("/cases/{case:uuid}/restoration")
async def restore(request: Asked, case: UUID) -> Response[Any]:
    return await _step(request, case, solving.restore, N_("The case was restored."))


async def _step(request: Asked, case: UUID, verb: Any, message: str) -> Response[Any]:
    try:
        await verb(case, by=request.user, now=now())
    except Invalid as invalid:
        return _show(request, await queries.find(request.user, case), Form.of().refused(invalid), 422)
    return redirect(f"/cases/{case}", flash=("success", message))


ROUTES = [index, show, solve, take_over, reopen, close, delete, restore]
