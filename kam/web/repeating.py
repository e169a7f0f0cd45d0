"""Changes that met others at the same moment are tried again before anybody notices; see `kam.database.retrying`."""

from __future__ import annotations

from functools import partial, wraps
from typing import Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler

from kam.database.retrying import CONTENTION, retrying
from kam.web.resending import Sent, kept
from kam.web.sent import sent


class Contended(Exception):
    """Tried several times, and others were faster each time; `sent` is what to keep of the form."""

    def __init__(self, sent: Sent | None) -> None:
        super().__init__()
        self.sent = sent


def repeated(route: HTTPRouteHandler) -> HTTPRouteHandler:
    """The route with its handler repeatable, if it changes anything. The form is read once and stays as it was."""
    answer = route.fn
    if "POST" not in route.http_methods or hasattr(answer, "__wrapped__"):
        return route

    @wraps(answer)
    async def answered(**asked: Any) -> Any:
        try:
            return await retrying(partial(answer, **asked))
        except CONTENTION as failure:
            request: Request[Any, Any, Any] = asked["request"]
            raise Contended(kept(request, await sent(request).whole())) from failure

    return route(answered)
