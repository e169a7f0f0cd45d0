"""One's own settings: name, language, appearance, password, and where one is signed in."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from kam.clock import now, zones
from kam.errors import Invalid
from kam.language import LANGUAGES, N_
from kam.people import changing, signing_in
from kam.people.attempts import lately
from kam.people.pages.agents import browser
from kam.people.pages.password import CHANGED, change_by
from kam.people.queries import find_person, sessions_of
from kam.web.current import current
from kam.web.forms import Form
from kam.web.gate import THEMES
from kam.web.page import page, redirect
from kam.web.zones import zone_choices

Asked = Request[Any, Any, Any]
THEME_TITLES = {"auto": N_("Automatic"), "light": N_("Light"), "dark": N_("Dark")}


@get("/settings")
async def show(request: Asked) -> Response[Any]:
    return await _shown(request)


@post("/settings")
async def change(request: Asked) -> Response[Any]:
    form = (await Form.read(request)).over(Form.of(await find_person(request.user.id)))
    try:
        values = {
            "name": form.text("name", required=True, max=200), "job": form.text("job", max=200),
            "phone": form.text("phone", max=60), "language": form.choice("language", LANGUAGES, required=True),
            "theme": form.choice("theme", THEMES, required=True), "zone": form.choice("zone", zones()),
        }  # fmt: skip
        form.valid()
        await changing.change_own(form.news(values), by=request.user, now=now())
    except Invalid as invalid:
        return await _shown(request, form=form.refused(invalid), status=422)
    return redirect("/settings", flash=("success", N_("Saved.")))


@post("/settings/password")
async def change_password(request: Asked) -> Response[Any]:
    form = await Form.read(request)
    if status := await change_by(request, form):
        return await _shown(request, password_form=form, status=status)
    return redirect("/settings", flash=CHANGED)


@post("/settings/sessions/{session:str}/end")
async def end_session(request: Asked, session: str) -> Response[Any]:
    try:
        token_hash = bytes.fromhex(session)
    except ValueError:
        token_hash = b""
    await signing_in.end_session(token_hash, of=request.user.id)
    return redirect("/settings", flash=("success", N_("The session has ended.")))


def _session() -> bytes:
    signed_in = current().signed_in
    return signed_in.token_hash if signed_in else b""


async def _shown(
    request: Asked, *, form: Form | None = None, password_form: Form | None = None, status: int = 200
) -> Response[Any]:
    person = await find_person(request.user.id)
    return page(
        request, "people/settings.html", person=person, form=form or Form.of(person),
        password_form=password_form or Form.of(), sessions=await sessions_of(request.user.id), this_session=_session(),
        browser=browser, attempts=await lately(person["email"], now=now()), status=status,
        language_choices=list(LANGUAGES.items()), themes=THEME_TITLES,
        zones=zone_choices(),
    )  # fmt: skip


ROUTES = [show, change, change_password, end_session]
