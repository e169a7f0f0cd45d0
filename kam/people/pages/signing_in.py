"""The door."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Busy, Invalid
from kam.language import N_
from kam.people import browsers, signing_in
from kam.people.guessing import TriedTooOften
from kam.people.pages.strangers import told
from kam.people.sessions import LIFETIME
from kam.people.signing_in import Entered
from kam.web import cookies
from kam.web.addresses import own_path
from kam.web.cookies import BROWSER, SESSION, VISITOR
from kam.web.current import current
from kam.web.forms import Form
from kam.web.origin import visitor_address
from kam.web.page import page, redirect, set_flashes

Asked = Request[Any, Any, Any]


@get("/sign-in", opt={"public": True})
async def door(request: Asked) -> Response[Any]:
    target = own_path(request.query_params.get("next"))
    if current().viewer:
        return redirect(target)
    return page(request, "people/sign_in.html", form=Form.of(next=target), seconds=0, lost=_lost(request))


def _lost(request: Asked) -> str:
    """Why the cookie that was given with the page before did not come back."""
    if request.query_params.get("cookies") != "lost" or VISITOR in current().cookies:
        return ""
    if current().secure and request.headers.get("referer", "").startswith("http://"):
        return N_(
            "Your browser came by http, but kam gives its cookies to https alone, so nobody can sign in this way. Open"
            " the address that begins with https. If there is none, whoever runs kam corrects KAM_ORIGIN or leaves out"
            " KAM_SECURE_COOKIES."
        )
    return N_(
        "Your browser did not send back the cookie of this page, so nobody can sign in. Allow cookies for this address"
        " and try again."
    )


@post("/sign-in", opt={"public": True})
async def sign_in(request: Asked) -> Response[Any]:
    form = await Form.read(request)
    try:
        email, password = form.text("email", required=True, max=320), form.value("password")
        form.check("password", bool(password), N_("Please fill this in."))
        form.valid()
        entered = await signing_in.sign_in(
            email,
            password,
            address=visitor_address(request.scope),
            agent=request.headers.get("user-agent", ""),
            now=now(),
            browser=current().cookies.get(cookies.BROWSER, ""),
        )
    except Invalid as invalid:
        return page(request, "people/sign_in.html", form=form.refused(invalid), seconds=0, lost="", status=422)
    except TriedTooOften as wait:
        return _later(page(request, "people/sign_in.html", form=form, seconds=wait.seconds, lost="", status=429), wait)
    except Busy as busy:
        return _later(page(request, "people/sign_in.html", form=form, seconds=0, lost=str(busy), status=503), busy)
    return _let_in(entered, own_path(form.value("next")))


def _later(answer: Response[Any], wait: TriedTooOften | Busy) -> Response[Any]:
    answer.headers["retry-after"] = str(wait.seconds)
    return answer


def _let_in(entered: Entered, target: str) -> Response[Any]:
    cookies.give(current(), SESSION, entered.session, max_age=int(LIFETIME.total_seconds()))
    cookies.give(current(), BROWSER, entered.browser, max_age=int(browsers.LIFETIME.total_seconds()))
    cookies.take_back(current(), VISITOR)
    if notices := list(told(entered.strange, entered.language)):
        set_flashes(notices)
    return redirect(target)


@post("/sign-out", opt={"public": True})
async def sign_out(request: Asked) -> Response[Any]:
    token = current().cookies.get(SESSION)
    if token:
        await signing_in.sign_out(token)
    cookies.take_back(current(), SESSION)
    return redirect("/sign-in")


ROUTES = [door, sign_in, sign_out]
