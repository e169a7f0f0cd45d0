"""What sales, service and planning hold on a customer; each draws its own part."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.clock import now
from kam.customers.overview import heading
from kam.web.page import page

Asked = Request[Any, Any, Any]


async def _department(request: Asked, customer: UUID, name: str) -> Response[Any]:
    shown, day = await heading(request.user, customer), now().date()
    of_customer = import_module(f"kam.{name}.queries").of_customer
    dated = "as_of" in inspect.signature(of_customer).parameters
    held = await of_customer(request.user, customer, **({"as_of": day} if dated else {}))
    return page(
        request, "customers/department.html", customer=shown, tab=name, as_of=day, part=f"{name}/_of_customer.html",
        **{name: held},
    )  # fmt: skip


@get("/customers/{customer:uuid}/sales")
async def sales(request: Asked, customer: UUID) -> Response[Any]:
    return await _department(request, customer, "sales")


@get("/customers/{customer:uuid}/service")
async def service(request: Asked, customer: UUID) -> Response[Any]:
    return await _department(request, customer, "service")


@get("/customers/{customer:uuid}/plans")
async def plans(request: Asked, customer: UUID) -> Response[Any]:
    return await _department(request, customer, "plans")


ROUTES = [sales, service, plans]
