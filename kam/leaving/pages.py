"""What somebody holds, before an administrator lets them go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.language import N_
from kam.leaving.deactivating import deactivate
from kam.leaving.holdings import held_by, mark_of
from kam.people.pages.choosing import offered, settled
from kam.people.queries import find_person
from kam.people.viewer import Viewer
from kam.web.forms import Form
from kam.web.limits import TAKES_LONG
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/people/{person:uuid}/deactivation")
async def show(request: Asked, person: UUID) -> Response[Any]:
    request.user.require("manage_people")
    return await _page(request, person, Form.of())


@post("/people/{person:uuid}/deactivation", opt=TAKES_LONG)
async def confirm(request: Asked, person: UUID) -> Response[Any]:
    form = await settled(await Form.read(request), request.user, "to")
    try:
        to = form.uuid("to")
        form.valid()
        await deactivate(person, seen=form.value("seen"), to=to, by=request.user, now=now())
    except Invalid as invalid:
        return await _page(request, person, form.refused(invalid), status=422)
    return redirect(f"/people/{person}", flash=("success", N_("They can no longer sign in.")))


async def _page(request: Asked, person: UUID, form: Form, *, status: int = 200) -> Response[Any]:
    found, holdings = await find_person(person), await held_by(person)
    return page(
        request, "leaving/show.html", status=status, person=found, holdings=holdings, mark=mark_of(holdings), form=form,
        goes_along=any(one.goes_along for one in holdings), people=await _others(form, request.user, person),
    )  # fmt: skip


async def _others(form: Form, viewer: Viewer, person: UUID) -> list[tuple[str, str]]:
    return [one for one in await offered(form, viewer, "to") if one[0] != str(person)]


ROUTES = [show, confirm]
