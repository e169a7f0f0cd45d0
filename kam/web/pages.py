"""Pages that belong to no slice: language and theme, saved views, the phone's “More”."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from kam.language import LANGUAGES
from kam.people.preferences import choose_language, choose_theme
from kam.web import cookies
from kam.web.addresses import own_path
from kam.web.current import current
from kam.web.forms import Form
from kam.web.gate import THEMES
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


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
        cookies.give(current(), cookies.LANGUAGE, language, max_age=cookies.YEAR)
        if viewer:
            await choose_language(viewer, language)
    if theme and not form.error("theme"):
        cookies.give(current(), cookies.THEME, theme, max_age=cookies.YEAR)
        if viewer:
            await choose_theme(viewer, theme)
    return answer


ROUTES = [more, prefer]
