"""Answering with a page, a fragment, or a redirect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from isal import isal_zlib
from litestar import MediaType, Request, Response
from litestar.response import Redirect
from markupsafe import Markup

from kam.web import cookies
from kam.web import flash as flash_cookie
from kam.web.csrf import masked
from kam.web.current import Current, current
from kam.web.templates import PROOF, environment
from kam.web.waiting import navigation


def render(template: str, **context: Any) -> str:
    """The text of a template in the language of the request, with what every page may use."""
    asked = current()
    viewer = asked.viewer
    text = environment(asked.language).get_template(template).render(
        context, request_=asked, viewer=viewer, path=asked.path, query_string=asked.query, flashes=asked.flash,
        theme=asked.theme, refusal=asked.refusal, navigation=navigation(), drawn_navigation=_navigation(asked),
        drawn_top=_top(asked),
        old_figures=asked.old_figures, waiting=asked.waiting, can=viewer.may if viewer else _nobody_may,
    )  # fmt: skip
    return text.replace(PROOF, masked(asked.csrf_secret))


def _top(asked: Current) -> Markup:
    """The bar at the top, drawn once for each person and appearance."""
    viewer = asked.viewer
    key = (asked.language, asked.theme, viewer and (viewer.id, viewer.name, viewer.role))
    return _kept(key, "layouts/_top.html", asked, viewer=viewer, theme=asked.theme, can=viewer.may if viewer else None)


def _navigation(asked: Current) -> Markup:
    """Drawn once for each role, place and set of counts."""
    if asked.signed_in is None:
        return Markup("")
    viewer, waiting = asked.signed_in.viewer, asked.waiting
    places = navigation()
    here = next((place.path for place in places if place.is_current(asked.path)), asked.path == "/more")
    key = (asked.language, viewer.role, here, tuple(waiting.items()))
    return _kept(
        key,
        "layouts/_navigation.html",
        asked,
        navigation=navigation(),
        waiting=waiting,
        path=asked.path,
        can=viewer.may,
    )


_KEPT: dict[Any, Markup] = {}


def _kept(key: Any, template: str, asked: Current, **context: Any) -> Markup:
    if key not in _KEPT:
        if len(_KEPT) > 2000:
            _KEPT.clear()
        _KEPT[key] = Markup(environment(asked.language).get_template(template).render(context))
    return _KEPT[key]


def _nobody_may(_ability: str) -> bool:
    return False


def page(request: Request[Any, Any, Any], template: str, *, status: int = 200, **context: Any) -> Response[bytes]:
    """`template` rendered for this request, which is taken so that what a page stands on is seen where it is made."""
    content = render(template, request=request, **context).encode()
    headers = {}
    if current().zipped and len(content) > 2048:
        content = isal_zlib.compress(content, level=1, wbits=31)  # a quarter of the time of zlib, and smaller
        headers = {"content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(content, status_code=status, media_type=MediaType.HTML, headers=headers)


def redirect(path: str, *, flash: tuple[str, str] | tuple[str, str, dict[str, Any]] | None = None) -> Response[Any]:
    """See other: after a change, to the page that shows it. `flash` is (kind, N_ text[, params]), shown once there."""
    answer: Response[Any] = Redirect(path, status_code=303)
    if flash:
        set_flash(*flash)
    return answer


def set_flash(kind: str, message: str, params: dict[str, Any] | None = None) -> None:
    set_flashes([(kind, message, params or {})])


def set_flashes(notes: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    """Several at once, each (kind, N_ text, params); those of an answer before are forgotten."""
    cookies.give(current(), cookies.FLASH, flash_cookie.write(notes), max_age=60)
