"""Who a customer belongs to, and the blacklist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers import blacklisting
from kam.customers.overview import heading
from kam.errors import Invalid
from kam.language import N_
from kam.people.pages.choosing import offered
from kam.people.queries import team_choices
from kam.web.forms import Form
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/customers/{customer:uuid}/standing")
async def standing(request: Asked, customer: UUID) -> Response[Any]:
    return await _page(request, customer, None)


@post("/customers/{customer:uuid}/blacklisting")
async def blacklist(request: Asked, customer: UUID) -> Response[Any]:
    form = await Form.read(request)
    try:
        reason = form.text("reason", required=True, max=blacklisting.LONGEST_REASON)
        form.valid()
        await blacklisting.blacklist(customer, reason, by=request.user, now=now())
    except Invalid as invalid:
        return await _page(request, customer, form.refused(invalid), status=422)
    return redirect(f"/customers/{customer}", flash=("success", N_("The customer is on the blacklist.")))


@post("/customers/{customer:uuid}/blacklisting/end")
async def clear(request: Asked, customer: UUID) -> Response[Any]:
    await blacklisting.clear(customer, by=request.user, now=now())
    return redirect(f"/customers/{customer}", flash=("success", N_("The customer is off the blacklist.")))


async def _page(request: Asked, customer: UUID, form: Form | None, *, status: int = 200) -> Response[Any]:
    shown = await heading(request.user, customer)
    form = form or Form()
    form.values = Form.of(owner=shown["owner"], team=shown["team"]).values | form.values
    return page(
        request, "customers/standing.html", status=status, customer=shown, tab="", form=form,
        people=await offered(form, request.user, "owner"), teams=await team_choices(request.user),
    )  # fmt: skip


ROUTES = [standing, blacklist, clear]
