"""What the pages of orders have of their own: the way back of all that was sent, and how one is chosen in a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.clock import now
from kam.customers.pages.index import sees
from kam.database.searching import matches
from kam.language import N_
from kam.orders.kind import ORDER
from kam.orders.returning import is_cancelled, take_back
from kam.records.pages import own
from kam.records.pages.own import Own
from kam.web.choices import ChoiceOf
from kam.web.page import redirect

_DAY = "to_char(sales_order.ordered_on, 'YYYY-MM-DD')"
_HERE = "EXISTS (SELECT FROM customer WHERE customer.id = sales_order.customer AND customer.deleted_at IS NULL"

# By its number, and by its day where two systems use the same number.
CHOICE = ChoiceOf(
    ORDER.sql_table,
    key="sales_order.number",
    shown=f"sales_order.number || ' · ' || {_DAY}",
    names=("sales_order.number",),
    offered="sales_order.deleted_at IS NULL",
    order="sales_order.ordered_on DESC",
    search=lambda params, text: matches(params, text, "sales_order.number", _DAY),
    detail=f"{_DAY} || ' · ' || sales_order.currency || ' ' || round(sales_order.total, 2)",
    scope=lambda viewer, params: f"{_HERE} AND {sees(viewer, params)})",
    nobody=N_("This customer has no order of this number."),
    several=N_("Several orders of this customer match this. Choose one of those proposed."),
)


async def _returnable(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"may_return": row["total"] >= 0 and not is_cancelled(row["state"])}


own.use(ORDER, Own(page="orders/order.html", choice=CHOICE, more=_returnable))


@post("/orders/{order:uuid}/return")
async def returned(request: Request[Any, Any, Any], order: UUID) -> Response[Any]:
    goods = await take_back(order, by=request.user, now=now())
    return redirect(ORDER.address(goods), flash=("success", N_("The return was noted as an order of its own.")))


ROUTES = [returned]
