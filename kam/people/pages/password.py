"""Changing one's own password: under Settings, and before anything else where it is only a temporary one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.language import N_
from kam.people import changing
from kam.people.browsers import LIFETIME, made_known
from kam.people.guessing import TriedTooOften
from kam.people.queries import find_person
from kam.web import cookies
from kam.web.addresses import own_path
from kam.web.current import current
from kam.web.forms import Form
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]
OPEN = {"before_password": True}
CHANGED = ("success", N_("The password was changed; other sessions have ended."))


@get("/password", opt=OPEN)
async def show(request: Asked) -> Response[Any]:
    target = own_path(request.query_params.get("next"))
    if not current().must_change:
        return redirect(target)
    return await _shown(request, Form.of(next=target), 200)


@post("/password", opt=OPEN)
async def choose(request: Asked) -> Response[Any]:
    form = await Form.read(request)
    if status := await change_by(request, form):
        return await _shown(request, form, status)
    return redirect(own_path(form.value("next")), flash=CHANGED)


async def change_by(request: Asked, form: Form) -> int:
    """Changes the password as the form says: 0, or the status with which to show its faults."""
    moment = now()
    try:
        old, new = form.value("old"), form.value("new")
        form.check("again", new == form.value("again"), N_("This is not the same as above."))
        form.valid()
        await changing.change_password(old, new, by=request.user, session=_session(), now=moment)
    except Invalid as invalid:
        form.refused(invalid)
        return 422
    except TriedTooOften as wait:
        form.fault("old", N_("Too many wrong tries. Please try again in %(seconds)s seconds."), seconds=wait.seconds)
        return 429
    await _know_this_browser(request, moment)
    return 0


async def _know_this_browser(request: Asked, moment: Any) -> None:
    """To all others this account is new from now on."""
    account = (await find_person(request.user.id))["email"].lower()
    note = await made_known(account, current().cookies.get(cookies.BROWSER, ""), now=moment)
    cookies.give(current(), cookies.BROWSER, note, max_age=int(LIFETIME.total_seconds()))


def _session() -> bytes:
    signed_in = current().signed_in
    return signed_in.token_hash if signed_in else b""


async def _shown(request: Asked, form: Form, status: int) -> Response[Any]:
    person = await find_person(request.user.id)
    return page(request, "people/own_password.html", form=form, person=person, status=status)


ROUTES = [show, choose]
