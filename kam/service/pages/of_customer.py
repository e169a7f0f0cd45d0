"""Service on the page of a customer: what is open and late, what was solved, and whether complaints grow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.clock import now
from kam.customers.overview import heading
from kam.customers.pages.drawing import drawn
from kam.customers.pages.figures import figures_of
from kam.records.pages.looking import badges_of
from kam.service import queries
from kam.service.kind import CASE, KINDS
from kam.web.page import page

FACTS = ("cases_12m", "complaints_12m", "days_to_solve")


@get("/customers/{customer:uuid}/service")
async def of_customer(request: Request[Any, Any, Any], customer: UUID) -> Response[Any]:
    shown = await heading(request.user, customer)
    held = await queries.of_customer(request.user, customer, now=now())
    return page(
        request, "service/of_customer.html", customer=shown, tab="service", **held, kinds=KINDS,
        priorities=badges_of(CASE.by_name["priority"]), figures=drawn(await figures_of(shown, FACTS)),
        overdue=sum(1 for row in held["cases"] if row["overdue"]),
        complaints=sum(row["complaints"] for row in held["months"]),
        all_cases=sum(row["cases"] for row in held["months"]),
    )  # fmt: skip


ROUTES = [of_customer]
