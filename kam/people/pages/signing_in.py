"""The door."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.people import signing_in
from kam.people.sessions import LIFETIME
from kam.web.addresses import own_path
from kam.web.current import current
from kam.web.forms import Form
from kam.web.gate import SESSION, VISITOR, read_cookies
from kam.web.origin import is_secure, visitor_address
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/sign-in", opt={"public": True})
async def door(request: Asked) -> Response[Any]:
    target = own_path(request.query_params.get("next"))
    if current().viewer:
        return redirect(target)
    return page(request, "people/sign_in.html", form=Form.of(next=target), seconds=0)


@post("/sign-in", opt={"public": True})
async def sign_in(request: Asked) -> Response[Any]:
    form = await Form.read(request)
    try:
        email, password = form.text("email", required=True, max=320), form.value("password")
        form.check("password", bool(password), "Please fill this in.")
        form.valid()
        token = await signing_in.sign_in(
            email,
            password,
            address=visitor_address(request.scope),
            agent=request.headers.get("user-agent", ""),
            now=now(),
        )
    except Invalid as invalid:
        return page(request, "people/sign_in.html", form=form.refused(invalid), seconds=0, status=422)
    except signing_in.TriedTooOften as wait:
        answer = page(request, "people/sign_in.html", form=form, seconds=wait.seconds, status=429)
        answer.headers["retry-after"] = str(wait.seconds)
        return answer
    answer = redirect(own_path(form.value("next")))
    answer.set_cookie(
        SESSION, token, path="/", httponly=True, samesite="lax", max_age=int(LIFETIME.total_seconds()),
        secure=is_secure(request.scope),
    )  # fmt: skip
    answer.delete_cookie(VISITOR, path="/")
    return answer


@post("/sign-out", opt={"public": True})
async def sign_out(request: Asked) -> Response[Any]:
    token = read_cookies(request.headers.get("cookie", "")).get(SESSION)
    if token:
        await signing_in.sign_out(token)
    answer = redirect("/sign-in")
    answer.delete_cookie(SESSION, path="/")
    return answer


ROUTES = [door, sign_in, sign_out]
