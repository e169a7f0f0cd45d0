"""Pages that belong to no slice: language and theme, saved views, the phone's “More”."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from kam.language import LANGUAGES
from kam.people.preferences import choose_language, choose_theme
from kam.web.addresses import own_path
from kam.web.current import current
from kam.web.forms import Form
from kam.web.gate import LANGUAGE, THEME, THEMES
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]
_YEAR = 365 * 24 * 3600


@get("/more")
async def more(request: Asked) -> Response[bytes]:
    return page(request, "layouts/more.html")


@post("/preferences", opt={"public": True})
async def prefer(request: Asked) -> Response[Any]:
    form = await Form.read(request)
    language, theme = form.choice("language", LANGUAGES), form.choice("theme", THEMES)
    viewer = current().viewer
    answer = redirect(own_path(form.value("next") or request.headers.get("referer")))
    if language and not form.error("language"):
        answer.set_cookie(LANGUAGE, language, path="/", max_age=_YEAR, samesite="lax")
        if viewer:
            await choose_language(viewer, language)
    if theme and not form.error("theme"):
        answer.set_cookie(THEME, theme, path="/", max_age=_YEAR, samesite="lax")
        if viewer:
            await choose_theme(viewer, theme)
    return answer


ROUTES = [more, prefer]
