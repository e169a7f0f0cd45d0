"""The plans of a customer, on its page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.customers.overview import heading
from kam.plans import queries
from kam.web.page import page

Asked = Request[Any, Any, Any]


@get("/customers/{customer:uuid}/plans")
async def plans(request: Asked, customer: UUID) -> Response[Any]:
    return page(
        request, "customers/department.html", customer=await heading(request.user, customer), tab="plans",
        part="plans/_of_customer.html", plans=await queries.of_customer(request.user, customer),
    )  # fmt: skip


ROUTES = [plans]
