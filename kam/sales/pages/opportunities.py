"""Opportunities: the list, the board by stage, one of them, and how it is won or lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import Invalid
from kam.language import N_
from kam.people.queries import people_choices
from kam.people.visibility import sees_customer
from kam.sales import deleting, pursuing, queries
from kam.sales.badges import STAGE_BADGES
from kam.sales.terms import OPEN_STAGES, STAGES
from kam.web.forms import Form
from kam.web.lists import Column, Filter, ListOf
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


OPEN_TITLES = {stage: STAGES[stage] for stage in OPEN_STAGES}
CARDS = 50

OPPORTUNITIES = ListOf(
    name="opportunities", title=N_("Opportunities"),
    source="opportunity o JOIN customer ON customer.id = o.customer LEFT JOIN person ON person.id = o.owner"
    " LEFT JOIN product ON product.id = o.product",
    key="o.id", always="o.deleted_at IS NULL AND customer.deleted_at IS NULL",
    scope=lambda viewer, params: sees_customer(viewer, params, "customer"),
    columns=(
        Column("name", N_("Opportunity"), "o.name", main=True, link="/opportunities/{id}", nullable=False),
        Column("customer", N_("Customer"), "customer.name", link="/customers/{customer_id}"),
        Column("stage", N_("Stage"), "o.stage", kind="badge", badges=STAGE_BADGES),
        Column("amount", N_("Amount"), "o.amount", kind="money", currency="currency"),
        Column("probability", N_("Probability"), "o.probability", kind="percent"),
        Column("expected_on", N_("Expected"), "o.expected_on", kind="date"),
        Column("owner", N_("Owner"), "person.name"),
        Column("product", N_("Product"), "product.name", shown=False),
        Column("closed_on", N_("Closed on"), "o.closed_on", kind="date", shown=False),
        Column("updated_at", N_("Changed"), "o.updated_at", kind="ago", nullable=False, shown=False),
    ),
    extras={"currency": "o.currency", "customer_id": "customer.id"},
    filters=(
        Filter("stage", N_("Stage"), "o.stage", choices=STAGES),
        Filter("owner", N_("Owner"), "o.owner", kind="person", choices=people_choices),
        Filter("amount", N_("Amount"), "o.amount", kind="number"),
        Filter("expected_on", N_("Expected"), "o.expected_on", kind="date"),
    ),
    search=("o.name", "customer.name", "customer.name_zh"), sort="-updated_at",
)  # fmt: skip


@get("/opportunities")
async def index(request: Asked) -> Response[Any]:
    return await OPPORTUNITIES.respond(request, "sales/opportunities.html")


@get("/opportunities/board")
async def board(request: Asked) -> Response[Any]:
    """The open ones by stage, the largest first; the same search and filters as the list."""
    params = Params()
    where = OPPORTUNITIES.where(request, params)
    stages = params(list(OPEN_STAGES))
    rows = await DB.fetch(
        "SELECT * FROM (SELECT o.id, o.name, o.stage, o.amount, o.currency, customer.name AS customer_name,"
        " count(*) OVER (PARTITION BY o.stage) AS all_of_stage,"
        " row_number() OVER (PARTITION BY o.stage ORDER BY o.amount DESC NULLS LAST, o.id) AS place"
        f" FROM {OPPORTUNITIES.source} WHERE {where} AND o.stage = ANY({stages})) t WHERE place <= {CARDS} ORDER BY place",  # noqa: E501
        *params.values,
    )
    lanes = [(stage, title, [row for row in rows if row["stage"] == stage]) for stage, title in OPEN_TITLES.items()]
    return page(request, "sales/board.html", lanes=lanes, list=await OPPORTUNITIES.controls(request))


@get("/opportunities/{opportunity:uuid}")
async def show(request: Asked, opportunity: UUID) -> Response[Any]:
    record = await queries.find(request.user, "opportunity", opportunity)
    return _show(request, record, Form.of({"revision": record["revision"]}))


def _show(request: Asked, record: queries.Row, form: Form, status: int = 200) -> Response[Any]:
    return page(
        request, "sales/opportunity.html", status=status, opportunity=record, form=form, badges=STAGE_BADGES,
        is_open=record["stage"] in OPEN_STAGES, may_write=request.user.may("write_sales"),
        deleted=record["deleted_at"] is not None)  # fmt: skip


@post("/opportunities/{opportunity:uuid}/win")
async def win(request: Asked, opportunity: UUID) -> Response[Any]:
    form = await Form.read(request)
    await pursuing.win(opportunity, by=request.user, now=now(), revision=form.seen())
    return redirect(f"/opportunities/{opportunity}", flash=("success", N_("Won. Well done.")))


@post("/opportunities/{opportunity:uuid}/loss")
async def lose(request: Asked, opportunity: UUID) -> Response[Any]:
    form = await Form.read(request)
    try:
        reason = form.text("lost_reason", max=2000)
        form.valid()
        await pursuing.lose(opportunity, reason, by=request.user, now=now(), revision=form.seen())
    except Invalid as invalid:
        return _show(request, await queries.find(request.user, "opportunity", opportunity), form.refused(invalid), 422)
    return redirect(f"/opportunities/{opportunity}", flash=("success", N_("The loss was noted with its reason.")))


@post("/opportunities/{opportunity:uuid}/reopening")
async def reopen(request: Asked, opportunity: UUID) -> Response[Any]:
    await pursuing.reopen(opportunity, by=request.user, now=now())
    return redirect(f"/opportunities/{opportunity}", flash=("success", N_("The opportunity is open again.")))


@post("/opportunities/{opportunity:uuid}/deletion")
async def delete(request: Asked, opportunity: UUID) -> Response[Any]:
    await deleting.delete("opportunity", opportunity, by=request.user, now=now())
    return redirect(
        f"/opportunities/{opportunity}", flash=("success", N_("The opportunity was deleted. You can restore it here."))
    )


@post("/opportunities/{opportunity:uuid}/restoration")
async def restore(request: Asked, opportunity: UUID) -> Response[Any]:
    await deleting.restore("opportunity", opportunity, by=request.user, now=now())
    return redirect(f"/opportunities/{opportunity}", flash=("success", N_("The opportunity was restored.")))


ROUTES = [index, board, show, win, lose, reopen, delete, restore]
