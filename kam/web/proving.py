"""Changes are made from our own pages only. What can be known from the head of a request is asked first, then the first
field of the form; what comes from elsewhere, or from nobody, is answered without reading it."""

from __future__ import annotations

from typing import Any

from litestar import Request

from kam.web.csrf import matches
from kam.web.current import current
from kam.web.errors import NotFromHere, SignInNeeded
from kam.web.limits import NotTaken
from kam.web.origin import asked_from_here
from kam.web.repeating import INTERRUPTING, Interrupted
from kam.web.resending import Sent as Kept
from kam.web.resending import kept
from kam.web.sent import FileUnproven, sent


async def prove(request: Request[Any, Any, Any]) -> None:
    """Raises NotFromHere or SignInNeeded. Of a form of ours that outlived its session, all is kept to be sent again."""
    ours = asked_from_here(request.scope)
    if ours is False:
        raise NotFromHere
    if current().viewer is None and not request.route_handler.opt.get("public"):
        raise NotFromHere(await kept_of(request)) if ours else SignInNeeded
    try:
        token = request.headers.get("x-csrf-token") or await sent(request).token()
    except FileUnproven:
        token = ""
    if not matches(token, current().csrf_secret):
        raise NotFromHere(await kept_of(request) if ours else None)
    sent(request).proven = True


async def unanswered(request: Request[Any, Any, Any], failure: Exception) -> Exception:
    """What to answer where nobody could be known because of `failure`: a form of ours is kept, to be sent again."""
    if request.method in ("GET", "HEAD") or not asked_from_here(request.scope) or not isinstance(failure, INTERRUPTING):
        return failure
    try:
        return Interrupted(failure, await kept_of(request), perhaps=False)
    except NotTaken:
        return failure


async def kept_of(request: Request[Any, Any, Any]) -> Kept | None:
    """What of the form may be shown once more; nothing when it has a file that nobody vouches for."""
    try:
        return kept(request, await sent(request).whole())
    except FileUnproven:
        return None
