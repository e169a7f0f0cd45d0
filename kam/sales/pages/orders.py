"""Orders: the list, one order, cancelling, returning, deleting and restoring."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.language import N_
from kam.people.visibility import sees_customer
from kam.sales import deleting, ordering, queries
from kam.sales.badges import STATUS_BADGES
from kam.sales.terms import CANCELLED, CHANNELS, ORDER_STATUSES
from kam.web.forms import Form
from kam.web.lists import Column, Filter, ListOf
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


ORDERS = ListOf(
    name="orders", title=N_("Orders"), source="sales_order o JOIN customer ON customer.id = o.customer", key="o.id",
    always="o.deleted_at IS NULL AND customer.deleted_at IS NULL",
    scope=lambda viewer, params: sees_customer(viewer, params, "customer"),
    columns=(
        Column("number", N_("Order"), "o.number", main=True, link="/orders/{id}", nullable=False),
        Column("customer", N_("Customer"), "customer.name", link="/customers/{customer_id}"),
        Column("ordered_on", N_("Date"), "o.ordered_on", kind="date", nullable=False),
        Column("status", N_("Status"), "o.status", kind="badge", badges=STATUS_BADGES),
        Column("total", N_("Total"), "o.total", kind="money", currency="currency"),
        Column("channel", N_("Channel"), "o.channel", kind="choice", choices=CHANNELS, shown=False),
        Column("cost", N_("Cost"), "o.cost", kind="money", currency="currency", shown=False),
    ),
    extras={"currency": "o.currency", "customer_id": "customer.id"},
    filters=(
        Filter("status", N_("Status"), "o.status", choices=ORDER_STATUSES),
        Filter("ordered_on", N_("Date"), "o.ordered_on", kind="date"),
        Filter("total", N_("Total"), "o.total", kind="number"),
    ),
    search=("o.number", "customer.name", "customer.name_zh"), sort="-ordered_on",
)  # fmt: skip


# By what somebody may not see nothing is shown, sorted or exported.
WITHOUT_COSTS = replace(ORDERS, columns=tuple(column for column in ORDERS.columns if column.name != "cost"))


@get("/orders")
async def index(request: Asked) -> Response[Any]:
    listed = ORDERS if request.user.may("see_costs") else WITHOUT_COSTS
    return await listed.respond(request, "sales/orders.html")


@get("/orders/{order:uuid}")
async def show(request: Asked, order: UUID) -> Response[Any]:
    record = await queries.find(request.user, "sales_order", order)
    return page(
        request, "sales/order.html", order=record, lines=await queries.lines(order), statuses=STATUS_BADGES,
        channels=CHANNELS, may_write=request.user.may("write_sales"), deleted=record["deleted_at"] is not None,
        may_return=record["status"] not in (CANCELLED, "returned"), may_cancel=record["status"] != CANCELLED)  # fmt: skip  # noqa: E501


@post("/orders/{order:uuid}/cancellation")
async def cancel(request: Asked, order: UUID) -> Response[Any]:
    form = await Form.read(request)
    await ordering.cancel(order, by=request.user, now=now(), revision=form.seen())
    return redirect(f"/orders/{order}", flash=("success", N_("The order was cancelled.")))


@post("/orders/{order:uuid}/return")
async def take_back(request: Asked, order: UUID) -> Response[Any]:
    returned = await ordering.take_back(order, by=request.user, now=now())
    return redirect(f"/orders/{returned}", flash=("success", N_("The return was noted as an order of its own.")))


@post("/orders/{order:uuid}/deletion")
async def delete(request: Asked, order: UUID) -> Response[Any]:
    await deleting.delete("sales_order", order, by=request.user, now=now())
    return redirect(f"/orders/{order}", flash=("success", N_("The order was deleted. You can restore it here.")))


@post("/orders/{order:uuid}/restoration")
async def restore(request: Asked, order: UUID) -> Response[Any]:
    await deleting.restore("sales_order", order, by=request.user, now=now())
    return redirect(f"/orders/{order}", flash=("success", N_("The order was restored.")))


ROUTES = [index, show, cancel, take_back, delete, restore]
