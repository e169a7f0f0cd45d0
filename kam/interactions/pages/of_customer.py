"""The interactions with one customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.customers.overview import heading
from kam.interactions.kind import INTERACTION
from kam.records.pages.listing import list_of
from kam.records.visibility import shown
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/customers/{customer:uuid}/interactions")
async def of_customer(request: Asked, customer: UUID) -> Response[Any]:
    """On a customer's own page its name on every row says nothing."""
    whose = await heading(request.user, customer)
    listed = list_of(INTERACTION, shown(INTERACTION, request.user))
    theirs = listed.also(columns=tuple(one for one in listed.columns if one.name != "customer"))
    rows = await theirs.load(request, where="t.customer = {0}", values=[customer])
    return page(request, "interactions/of_customer.html", customer=whose, tab="interactions", list=rows)


@get("/customers/{customer:uuid}/interactions/new")
async def blank(request: Asked, customer: UUID) -> Response[Any]:
    """Where it is known from before."""
    request.user.require(INTERACTION.ability)
    await heading(request.user, customer)
    return redirect(f"/{INTERACTION.path}/new?customer={customer}")


ROUTES = [of_customer, blank]
