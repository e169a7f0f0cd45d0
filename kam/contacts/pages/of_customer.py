"""The people on a customer's side: who reports to whom, and how far they are for us."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.contacts.kind import CONTACT, INFLUENCES, ROLE
from kam.contacts.mapping import drawn
from kam.contacts.queries import of_customer as known_there
from kam.customers.overview import heading
from kam.records.pages.looking import badges_of
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/customers/{customer:uuid}/contacts")
async def of_customer(request: Asked, customer: UUID) -> Response[Any]:
    shown = await heading(request.user, customer)
    people = await known_there(request.user, customer)
    return page(
        request,
        "contacts/of_customer.html",
        customer=shown,
        tab="contacts",
        contacts=people,
        map=drawn(people),
        stances=badges_of(ROLE.by_name["stance"]),
        influences=INFLUENCES,
    )


@get("/customers/{customer:uuid}/contacts/new")
async def blank(request: Asked, customer: UUID) -> Response[Any]:
    """Where it is known from before."""
    request.user.require(CONTACT.ability)
    await heading(request.user, customer)
    return redirect(f"/{CONTACT.path}/new?customer={customer}")


@get("/customers/{customer:uuid}/contacts/{contact:uuid}")
async def show(request: Asked, customer: UUID, contact: UUID) -> Response[Any]:
    """Where it is known from before."""
    await heading(request.user, customer)
    return redirect(CONTACT.address(contact))


ROUTES = [of_customer, blank, show]
