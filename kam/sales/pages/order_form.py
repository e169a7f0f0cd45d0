"""Taking an order and changing it: one form, with a product or a description on each line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.pages.choosing import CUSTOMER
from kam.customers.pages.differing import overtaken
from kam.customers.terms import CURRENCIES
from kam.errors import Invalid, Stale
from kam.language import N_, gettext
from kam.people.viewer import Viewer
from kam.sales import ordering, queries
from kam.sales.order_lines import Line
from kam.sales.pages.choosing import PRODUCT
from kam.sales.terms import CHANNELS, ORDER_STATUSES
from kam.web.current import current
from kam.web.forms import Form
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


EMPTY_LINES = 3
LINE_FIELDS = ("line_product", "line_description", "line_quantity", "line_unit", "line_price")
_COLUMNS = ("product", "description", "quantity", "unit", "unit_price")
_SHOWN = ("customer", "number", "ordered_on", "status", "channel", "currency", "notes", "revision")


@get("/orders/new")
async def blank(request: Asked) -> Response[Any]:
    request.user.require("write_sales")
    chosen = request.query_params.get("customer", "")
    form = Form.of({"customer": chosen, "ordered_on": now().date(), "currency": "EUR", "status": "open"})
    return await _form(request, form, "/orders")


@post("/orders")
async def take(request: Asked) -> Response[Any]:
    request.user.require("write_sales")
    form = await Form.read(request)
    if form.value("more"):
        return await _form(request, form, "/orders", more=True)
    try:
        customer = await CUSTOMER.read(form, "customer", request.user, required=True)
        head, lines = _head(form), await _lines(form, request.user)
        form.valid()
        assert customer is not None
        order = await ordering.take(
            customer, lines, by=request.user, now=now(), number=form.text("number", max=60), **head
        )
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
    for line in await queries.lines(record["id"]):
        for name, value in zip(LINE_FIELDS, (line[column] for column in _COLUMNS), strict=True):
            form.values.setdefault(name, []).append(_plain(value))
    return form


@post("/orders/{order:uuid}")
async def change(request: Asked, order: UUID) -> Response[Any]:
    request.user.require("write_sales")
    record = await queries.find(request.user, "sales_order", order, deleted=False)
    form = await Form.read(request)
    if form.value("more"):
        return await _form(request, form, f"/orders/{order}", record=record, more=True)
    try:
        head, lines = _head(form), await _lines(form, request.user)
        form.valid()
        revision = form.integer("revision")
        await ordering.change_order(order, head, lines, by=request.user, now=now(), revision=revision)
    except Invalid as invalid:
        return await _form(request, form.refused(invalid), f"/orders/{order}", record=record, status=422)
    except Stale:
        return await _form(request, form, f"/orders/{order}", record=record, status=409)
    return redirect(f"/orders/{order}", flash=("success", N_("The order was changed.")))


async def _form(
    request: Asked, form: Form, action: str, *, record: Any = None, more: bool = False, status: int = 200
) -> Response[Any]:
    await CUSTOMER.write(form, request.user, "customer")
    await PRODUCT.write(form, request.user, "line_product")
    typed = max((len(form.chosen(name)) for name in LINE_FIELDS), default=0)
    rows = [[_at(form, name, place) for name in LINE_FIELDS] for place in range(typed)]
    theirs = await _overtaken(form, record) if status == 409 else None
    rows += [[""] * len(LINE_FIELDS)] * (EMPTY_LINES if more or not typed or record else 0)
    return page(
        request, "sales/order_form.html", status=status, form=form, action=action, order=record, rows=rows,
        theirs=theirs,        statuses=ORDER_STATUSES, channels=CHANNELS,
        currencies=[(code, code) for code in CURRENCIES])  # fmt: skip


async def _overtaken(form: Form, record: queries.Row) -> list[tuple[str, str]]:
    stands = await _filled(record)
    theirs = overtaken("order", form, stands)
    lines = await queries.lines(record["id"])
    told = "; ".join(f"{_plain(row['quantity'])} × {row['description'] or row['product_name']}" for row in lines)
    return [*theirs, (gettext(current().language, N_("Order lines")), told)]


def _head(form: Form) -> dict[str, Any]:
    return {
        "ordered_on": form.date("ordered_on", required=True),
        "status": form.choice("status", ORDER_STATUSES, required=True),
        "channel": form.choice("channel", CHANNELS),
        "currency": form.choice("currency", CURRENCIES, required=True),
        "notes": form.text("notes"),
    }


async def _lines(form: Form, viewer: Viewer) -> list[Line]:
    """The lines that say anything; each fault is told with the number of its line."""
    lines, products = [], await PRODUCT.all_meant((text.strip() for text in form.chosen("line_product")), viewer)
    for place in range(max((len(form.chosen(name)) for name in LINE_FIELDS), default=0)):
        texts = [_at(form, name, place) for name in LINE_FIELDS]
        if any(texts[:2]) or texts[-1]:
            lines.append(_line(form, place, texts, products))
    return lines


def _line(form: Form, place: int, texts: list[str], products: Mapping[str, UUID | str]) -> Line:
    typed, description, amount, unit, asked = (text.strip() for text in texts)
    one, product = Form.of({"quantity": amount or "1", "price": asked}), products.get(typed)
    quantity, price = one.decimal("quantity", digits=4), one.decimal("price", digits=4)
    if isinstance(product, str):
        one.fault("product", product)
        product = None
    line = Line(quantity or Decimal(0), product, description[:300], price, unit[:20])
    for fault in one.errors.values():
        form.fault("lines", N_("Line %(number)s: %(fault)s"), number=place + 1, fault=fault)
    if quantity == 0:
        form.fault("lines", N_("Line %(number)s: the quantity cannot be zero."), number=place + 1)
    return line


def _at(form: Form, name: str, place: int) -> str:
    texts = form.chosen(name)
    return texts[place] if place < len(texts) else ""


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


ROUTES = [blank, take, edit, change]
