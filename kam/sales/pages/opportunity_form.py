"""Noting an opportunity and changing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.pages.choosing import CUSTOMER, usual_currency
from kam.errors import Invalid, Stale
from kam.language import N_
from kam.people.pages.choosing import offered, settled
from kam.people.viewer import Viewer
from kam.records.rules import CURRENCIES
from kam.sales import pursuing, queries
from kam.sales.pages.choosing import PRODUCT, overtaken_by
from kam.sales.pages.opportunities import OPEN_TITLES
from kam.sales.terms import OPEN_STAGES
from kam.web.forms import Form
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/opportunities/new")
async def blank(request: Asked) -> Response[Any]:
    request.user.require("write_sales")
    form = Form.of(
        {
            "customer": request.query_params.get("customer", ""),
            "stage": "prospecting",
            "currency": await usual_currency(request.user, request.query_params.get("customer", "")),
            "owner": request.user.id,
        }
    )
    return await _form(request, form, "/opportunities")


@post("/opportunities")
async def create(request: Asked) -> Response[Any]:
    request.user.require("write_sales")
    form = await settled(await Form.read(request), request.user, "owner")
    try:
        customer = await CUSTOMER.read(form, "customer", request.user, required=True)
        values = await _values(form, request.user)
        form.valid()
        assert customer is not None
        opportunity = await pursuing.note(customer, values, by=request.user, now=now())
    except Invalid as invalid:
        return await _form(request, form.refused(invalid), "/opportunities", status=422)
    return redirect(f"/opportunities/{opportunity}", flash=("success", N_("The opportunity was noted.")))


@get("/opportunities/{opportunity:uuid}/edit")
async def edit(request: Asked, opportunity: UUID) -> Response[Any]:
    request.user.require("write_sales")
    record = await queries.find(request.user, "opportunity", opportunity, deleted=False)
    return await _form(request, Form.of(record), f"/opportunities/{opportunity}", record=record)


@post("/opportunities/{opportunity:uuid}")
async def change(request: Asked, opportunity: UUID) -> Response[Any]:
    request.user.require("write_sales")
    record = await queries.find(request.user, "opportunity", opportunity, deleted=False)
    form = await settled(await Form.read(request), request.user, "owner")
    form.over(await PRODUCT.write(Form.of(record), request.user, "product"))
    try:
        values = form.news(await _values(form, request.user, closed=record["stage"] not in OPEN_STAGES))
        form.valid()
        await pursuing.change_opportunity(opportunity, values, by=request.user, now=now(), revision=form.seen())
    except Invalid as invalid:
        return await _form(request, form.refused(invalid), f"/opportunities/{opportunity}", record=record, status=422)
    except Stale:
        return await _form(request, form, f"/opportunities/{opportunity}", record=record, status=409)
    return redirect(f"/opportunities/{opportunity}", flash=("success", N_("The opportunity was changed.")))


async def _form(request: Asked, form: Form, action: str, *, record: Any = None, status: int = 200) -> Response[Any]:
    await CUSTOMER.write(form, request.user, "customer")
    await PRODUCT.write(form, request.user, "product")
    theirs = await overtaken_by("opportunity", form, record, request.user) if status == 409 else None
    people = await offered(form, request.user, "owner")
    return page(
        request, "sales/opportunity_form.html", status=status, form=form, action=action, opportunity=record,
        stages=OPEN_TITLES, is_open=record is None or record["stage"] in OPEN_STAGES,
        people=people, theirs=theirs, currencies=[(code, code) for code in CURRENCIES])  # fmt: skip


async def _values(form: Form, viewer: Viewer, *, closed: bool = False) -> dict[str, Any]:
    values = {
        "name": form.text("name", required=True, max=300), "product": await PRODUCT.read(form, "product", viewer),
        "amount": form.decimal("amount", min=0), "currency": form.choice("currency", CURRENCIES, required=True),
        "probability": form.integer("probability", min=0, max=100), "expected_on": form.date("expected_on"),
        "owner": form.uuid("owner"), "notes": form.text("notes", max=20_000),
    }  # fmt: skip
    return values if closed else values | {"stage": form.choice("stage", OPEN_TITLES, required=True)}


ROUTES = [blank, create, edit, change]
