"""Sales on the page of a customer: revenue by month, what may still be sold, and the latest orders."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.customers.overview import heading
from kam.customers.pages.drawing import drawn
from kam.customers.pages.figures import figures_of
from kam.orders import queries
from kam.sales.kind import OPPORTUNITY
from kam.sales.queries import open_opportunities
from kam.web.page import page
from kam.web.zones import today
from kam.workflow.definition import GOES_ON
from kam.workflow.registry import current

FACTS = ("revenue_12m", "revenue_trend", "orders_12m", "average_order", "open_opportunity_amount", "win_rate")


@get("/customers/{customer:uuid}/sales")
async def of_customer(request: Request[Any, Any, Any], customer: UUID) -> Response[Any]:
    shown, day = await heading(request.user, customer), today()
    hopes = await open_opportunities(request.user, customer)
    stages = {name: [row for row in hopes if row["state"] == name] for name in _closest_first()}
    return page(
        request, "orders/of_customer.html", customer=shown, tab="sales", as_of=day, opportunities=hopes,
        hopes=OPPORTUNITY, orders=await queries.latest(request.user, customer),
        months=await queries.months(request.user, customer, day), figures=drawn(await figures_of(shown, FACTS)),
        stages=[(stage, rows) for stage, rows in stages.items() if rows],
    )  # fmt: skip


def _closest_first() -> list[str]:
    """The states in which a sale is still open, with former names, the last of the file first."""
    return list(reversed(current().known_or_absent(OPPORTUNITY.workflow).meaning(*GOES_ON)))


ROUTES = [of_customer]
