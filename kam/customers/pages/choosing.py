"""Choosing a customer in a form, and what is one of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Request, get

from kam.customers.kind import CUSTOMER as KIND
from kam.customers.pages.index import sees
from kam.database.engine import DB
from kam.database.searching import matches_customer
from kam.database.sql import Params
from kam.language import N_, gettext
from kam.people.viewer import Viewer
from kam.records.pages import own
from kam.web.choices import ChoiceOf, ids_of
from kam.web.current import current

Asked = Request[Any, Any, Any]

CUSTOMER = ChoiceOf(
    "customer", key="customer.code", shown="customer.code || ' · ' || customer.name",
    names=("customer.name", "customer.name_zh"), detail="customer.city", search=matches_customer,
    scope=lambda viewer, params: f"customer.deleted_at IS NULL AND {sees(viewer, params)}",
    nobody=N_("You see no customer of this code or name. Type its code, or a part of its name."),
    fills=lambda request, params: {"currency": "customer.currency"},
    several=N_("Several customers match this. Type the code, or choose one of those proposed."),
)  # fmt: skip


own.use(KIND, own.Own(choice=CUSTOMER))


async def usual_currency(viewer: Viewer, chosen: str) -> str:
    """The currency of the customer that an address names, with which a form for them begins."""
    params = Params(ids_of([chosen]))
    found = await DB.fetchval(
        f"SELECT currency FROM customer WHERE id = ANY($1) AND {CUSTOMER.scope(viewer, params)}", *params.values
    )
    return found or "EUR"


async def of_customer(request: Asked, choices: Callable[[UUID], ChoiceOf]) -> dict[str, Any]:
    """What belongs to the customer that another field of the form holds, by id or as it was typed."""
    text = request.query_params.get("customer", "").replace("\x00", "").strip()[:400]
    customer = (await CUSTOMER.all_meant([text], request.user)).get(text)
    if isinstance(customer, UUID):
        return await choices(customer).respond(request)
    return {"choices": [], "more": False, "note": gettext(current().language, N_("Choose the customer first."))}


@get("/customers/choices")
async def proposed(request: Asked) -> dict[str, Any]:
    return await CUSTOMER.respond(request)


ROUTES = [proposed]
