"""A page within its time, and done again before anybody notices where the database interrupted it for a moment.

See `kam.database.retrying`. What was typed is kept where that did not help.
"""

from __future__ import annotations

from functools import partial, wraps
from inspect import signature
from typing import Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler

from kam.database.refusals import KNOWN, Kinds
from kam.database.retrying import retrying
from kam.database.transactions import KEPT
from kam.errors import Busy
from kam.language import N_
from kam.web.arriving import Body
from kam.web.limits import seconds_of
from kam.web.resending import Sent, kept
from kam.web.sent import sent

PERHAPS = N_(
    "The answer of the database was lost while this was being saved: it may have been saved or not. Look first, and"
    " send it again only if it is missing."
)
INTERRUPTING: Kinds = (Busy, *KNOWN)
Asked = Request[Any, Any, Any]


class Interrupted(Exception):
    """A change that did not go through because of `cause`; `sent` is what to keep of the form. `perhaps` it did."""

    def __init__(self, cause: Exception, sent: Sent | None, *, perhaps: bool) -> None:
        super().__init__()
        self.cause, self.sent, self.perhaps = cause, sent, perhaps


def repeated(route: HTTPRouteHandler) -> HTTPRouteHandler:
    """The route with its handler limited and repeatable. A form is read once and stays as it was."""
    answer = route.fn
    if hasattr(answer, "__wrapped__") or "request" not in signature(answer).parameters:
        return route

    @wraps(answer)
    async def page(request: Asked, **asked: Any) -> Any:
        body: Body | None = request.scope["state"].get("body")
        if body is None:  # drawn as part of the answer to a step, within its time
            return await answer(request=request, **asked)
        async with body.answered_within(seconds_of(request)):
            return await retrying(partial(answer, request=request, **asked))

    @wraps(answer)
    async def change(request: Asked, **asked: Any) -> Any:
        before = KEPT.get()
        try:
            return await page(request, **asked)
        except INTERRUPTING as failure:
            perhaps = KEPT.get() != before
            raise Interrupted(failure, kept(request, await sent(request).whole()), perhaps=perhaps) from failure

    return route(change if "POST" in route.http_methods else page)
