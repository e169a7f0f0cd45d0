"""Cases: the list, one case with its way from open to closed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.pages.choosing import CUSTOMER
from kam.customers.pages.differing import overtaken
from kam.errors import Invalid, Stale
from kam.language import N_
from kam.people.queries import people_choices
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.sales.pages.choosing import PRODUCT
from kam.service import opening, queries, solving
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


@get("/cases/new")
async def blank(request: Asked) -> Response[Any]:
    request.user.require("write_service")
    chosen = {name: request.query_params.get(name, "") for name in ("customer", "contact", "sales_order")}
    return await _form(request, Form.of({"kind": "complaint", "priority": "normal"} | chosen), "/cases")


@post("/cases")
async def create(request: Asked) -> Response[Any]:
    request.user.require("write_service")
    form = await Form.read(request)
    try:
        customer = await CUSTOMER.read(form, "customer", request.user, required=True)
        values = await _values(form, request.user)
        contact, order = form.uuid("contact"), form.uuid("sales_order")
        form.valid()
        assert customer is not None
        case = await opening.open_case(
            customer, contact=contact, sales_order=order, by=request.user, now=now(), **values
        )
    except Invalid as invalid:
        return await _form(request, form.refused(invalid), "/cases", status=422)
    return redirect(f"/cases/{case}", flash=("success", N_("The case was opened.")))


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


@get("/cases/{case:uuid}/edit")
async def edit(request: Asked, case: UUID) -> Response[Any]:
    request.user.require("write_service")
    record = await queries.find(request.user, case, deleted=False)
    return await _form(request, Form.of(record), f"/cases/{case}", record=record)


@post("/cases/{case:uuid}")
async def change(request: Asked, case: UUID) -> Response[Any]:
    request.user.require("write_service")
    record = await queries.find(request.user, case, deleted=False)
    form = await Form.read(request)
    try:
        values = await _values(form, request.user)
        form.valid()
        await solving.change_case(case, values, by=request.user, now=now(), revision=form.integer("revision"))
    except Invalid as invalid:
        return await _form(request, form.refused(invalid), f"/cases/{case}", record=record, status=422)
    except Stale:
        return await _form(request, form, f"/cases/{case}", record=record, status=409)
    return redirect(f"/cases/{case}", flash=("success", N_("The case was changed.")))


@post("/cases/{case:uuid}/solution")
async def solve(request: Asked, case: UUID) -> Response[Any]:
    form = await Form.read(request)
    try:
        solution = form.text("solution", max=20_000)
        form.valid()
        await solving.solve(case, solution, by=request.user, now=now(), revision=form.integer("revision"))
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


async def _form(request: Asked, form: Form, action: str, *, record: Any = None, status: int = 200) -> Response[Any]:
    await CUSTOMER.write(form, request.user, "customer")
    await PRODUCT.write(form, request.user, "product")
    people, theirs = await people_choices(request.user), None
    if status == 409:
        stands = await PRODUCT.write(Form.of(record), request.user, "product")
        theirs = overtaken("case", form, stands, dict(people))
    return page(
        request, "service/case_form.html", status=status, form=form, action=action, case=record, kinds=KINDS,
        priorities=PRIORITIES, people=people, theirs=theirs)  # fmt: skip


async def _values(form: Form, viewer: Viewer) -> dict[str, Any]:
    return {
        "kind": form.choice("kind", KINDS, required=True), "priority": form.choice("priority", PRIORITIES, required=True),  # noqa: E501
        "subject": form.text("subject", required=True, max=300), "problem": form.text("problem", max=20_000),
        "product": await PRODUCT.read(form, "product", viewer), "owner": form.uuid("owner"),
    }  # fmt: skip


ROUTES = [index, blank, create, show, edit, change, solve, take_over, reopen, close, delete, restore]
