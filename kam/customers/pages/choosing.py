"""Choosing a customer in a form."""

from __future__ import annotations

from typing import Any

from litestar import Request, get

from kam.customers.pages.index import sees
from kam.database.engine import DB
from kam.database.searching import matches_customer
from kam.database.sql import Params
from kam.language import N_
from kam.people.viewer import Viewer
from kam.web.choices import ChoiceOf, ids_of

CUSTOMER = ChoiceOf(
    "customer", key="customer.code", shown="customer.code || ' · ' || customer.name",
    names=("customer.name", "customer.name_zh"), detail="customer.city", search=matches_customer,
    scope=lambda viewer, params: f"customer.deleted_at IS NULL AND {sees(viewer, params)}",
    nobody=N_("You see no customer of this code or name. Type its code, or a part of its name."),
    fills=lambda request, params: {"currency": "customer.currency"},
    several=N_("Several customers match this. Type the code, or choose one of those proposed."),
)  # fmt: skip


async def usual_currency(viewer: Viewer, chosen: str) -> str:
    """The currency of the customer that an address names, with which a form for them begins."""
    params = Params(ids_of([chosen]))
    found = await DB.fetchval(
        f"SELECT currency FROM customer WHERE id = ANY($1) AND {CUSTOMER.scope(viewer, params)}", *params.values
    )
    return found or "EUR"


@get("/customers/choices")
async def proposed(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return await CUSTOMER.respond(request)


ROUTES = [proposed]
