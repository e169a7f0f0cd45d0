"""Taking an order and changing it: one form, with a product or a description on each line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.pages.choosing import CUSTOMER, usual_currency
from kam.customers.pages.differing import overtaken
from kam.errors import Invalid, Stale
from kam.language import N_, gettext
from kam.people.viewer import Viewer
from kam.records.rules import CURRENCIES
from kam.sales import ordering, queries
from kam.sales.pages import lines
from kam.sales.pages.choosing import PRODUCT
from kam.sales.terms import CHANNELS, ORDER_STATUSES
from kam.web.current import current
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.web.zones import today

Asked = Request[Any, Any, Any]


EMPTY_LINES = 3
_SHOWN = ("customer", "number", "ordered_on", "status", "channel", "currency", "notes", "revision")


@get("/orders/new")
async def blank(request: Asked) -> Response[Any]:
    request.user.require("write_sales")
    chosen = request.query_params.get("customer", "")
    currency = await usual_currency(request.user, chosen)
    form = Form.of({"customer": chosen, "ordered_on": today(), "currency": currency, "status": "open"})
    return await _form(request, form, "/orders")


@post("/orders")
async def take(request: Asked) -> Response[Any]:
    request.user.require("write_sales")
    form = await Form.read(request)
    if form.value("more"):
        return await _form(request, form, "/orders", more=True)
    try:
        customer = await CUSTOMER.read(form, "customer", request.user, required=True)
        head, said, number = _head(form), await lines.read(form, request.user), form.text("number", max=60)
        form.valid()
        assert customer is not None
        order = await ordering.take(customer, said, by=request.user, now=now(), number=number, **head)
    except Invalid as invalid:
        return await _form(request, form.refused(invalid), "/orders", status=422)
    return redirect(f"/orders/{order}", flash=("success", N_("The order was taken.")))


@get("/orders/{order:uuid}/edit")
async def edit(request: Asked, order: UUID) -> Response[Any]:
    request.user.require("write_sales")
    record = await queries.find(request.user, "sales_order", order, deleted=False)
    return await _form(request, await _filled(record), f"/orders/{order}", record=record)


async def _filled(record: queries.Row) -> Form:
    form = Form.of({name: record[name] for name in _SHOWN})
    lines.fill(form, await queries.lines(record["id"]))
    return form


@post("/orders/{order:uuid}")
async def change(request: Asked, order: UUID) -> Response[Any]:
    request.user.require("write_sales")
    record = await queries.find(request.user, "sales_order", order, deleted=False)
    form = (await Form.read(request)).over(await _filled(record))
    if form.value("more"):
        return await _form(request, form, f"/orders/{order}", record=record, more=True)
    try:
        head, revision = form.news(_head(form)), form.seen()
        stays = "currency" not in head and await _same_lines(form, request.user)
        said = None if stays else await lines.read(form, request.user)
        form.valid()
        await ordering.change_order(order, head, said, by=request.user, now=now(), revision=revision)
    except Invalid as invalid:
        return await _form(request, form.refused(invalid), f"/orders/{order}", record=record, status=422)
    except Stale:
        return await _form(request, form, f"/orders/{order}", record=record, status=409)
    return redirect(f"/orders/{order}", flash=("success", N_("The order was changed.")))


async def _same_lines(form: Form, viewer: Viewer) -> bool:
    """Whether the lines came back as they were shown; empty ones at the end count for nothing."""
    assert isinstance(form.before, Form)
    shown = await PRODUCT.write(form.before, viewer, "line_product")
    return lines.said(form) == lines.said(shown)


async def _form(
    request: Asked, form: Form, action: str, *, record: Any = None, more: bool = False, status: int = 200
) -> Response[Any]:
    await CUSTOMER.write(form, request.user, "customer")
    await PRODUCT.write(form, request.user, "line_product")
    rows, theirs = lines.typed(form), await _overtaken(form, record) if status == 409 else None
    rows += [[""] * len(lines.FIELDS)] * (EMPTY_LINES if status == 200 or not rows else 0)
    return page(
        request, "sales/order_form.html", status=status, form=form, action=action, order=record, rows=rows,
        theirs=theirs, line_fields=lines.FIELDS, statuses=ORDER_STATUSES, channels=CHANNELS,
        currencies=[(code, code) for code in CURRENCIES])  # fmt: skip


async def _overtaken(form: Form, record: queries.Row) -> list[tuple[str, str]]:
    stands = await _filled(record)
    theirs = overtaken("order", form, stands)
    told = lines.told(await queries.lines(record["id"]))
    return [*theirs, (gettext(current().language, N_("Order lines")), told)]


def _head(form: Form) -> dict[str, Any]:
    return {
        "ordered_on": form.date("ordered_on", required=True),
        "status": form.choice("status", ORDER_STATUSES, required=True),
        "channel": form.choice("channel", CHANNELS),
        "currency": form.choice("currency", CURRENCIES, required=True),
        "notes": form.text("notes"),
    }


ROUTES = [blank, take, edit, change]
