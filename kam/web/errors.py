"""Domain errors become answers here, once. A page for people, JSON for scripts; never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from kam.database.refusals import KNOWN, SILENT, sentence, trouble
from kam.errors import Busy, Invalid, NoLongerKept, NotAllowed, NotFound, Refused, Stale, Unavailable
from kam.language import N_, gettext
from kam.people.guessing import TriedTooOften
from kam.web.cookies import SESSION, VISITOR
from kam.web.current import current
from kam.web.limits import Left, NotTaken
from kam.web.origin import asked_from_here
from kam.web.page import page
from kam.web.repeating import PERHAPS, Interrupted
from kam.web.resending import Sent

COOKIES_LOST = "/sign-in?cookies=lost"
log = structlog.get_logger()
Asked = Request[Any, Any, Any]


class SignInNeeded(Exception):
    """The page is for people who are signed in."""


class NotFromHere(Exception):
    """A change without the proof that it was asked for from one of our pages; `sent` is what to keep of it."""

    def __init__(self, sent: Sent | None = None) -> None:
        super().__init__()
        self.sent = sent


class PasswordDue(Exception):
    """The password is a temporary one and to be changed before anything else; `sent` is what to keep of a form."""

    def __init__(self, sent: Sent | None = None) -> None:
        super().__init__()
        self.sent = sent


def wants_json(request: Asked) -> bool:
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def _answer(request: Asked, status: int, template: str, message: str = "", **context: Any) -> Response[Any]:
    sentence = gettext(current().language, message)
    if wants_json(request):
        shown = {key: value for key, value in context.items() if key in ("fields", "reasons", "reference", "link")}
        return Response({"status": status, "message": sentence, **shown}, status_code=status)
    return page(request, f"errors/{template}.html", status=status, message=sentence, **context)


def sign_in_needed(request: Asked, _error: Exception) -> Response[Any]:
    if wants_json(request):
        return Response({"status": 401, "message": gettext(current().language, N_("Please sign in."))}, status_code=401)
    return Redirect("/sign-in" + _next(request), status_code=303)


def password_due(request: Asked, error: Exception) -> Response[Any]:
    assert isinstance(error, PasswordDue)
    if error.sent or wants_json(request):
        message = N_("Please choose a password of your own first, at /password. Nothing was changed.")
        return _answer(request, 403, "late", message, sent=error.sent, reason="password")
    return Redirect("/password" + _next(request), status_code=303)


def _next(request: Asked) -> str:
    """Names the page that was asked for, to go on there."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"?next={quote(asked, safe='')}" if request.method == "GET" and asked != "/" else ""


def not_found(request: Asked, _error: Exception) -> Response[Any]:
    return _answer(request, 404, "not_found", N_("There is nothing at this address, or it is not yours to see."))


def no_longer_kept(request: Asked, error: Exception) -> Response[Any]:
    return _answer(request, 410, "not_found", str(error))


def not_allowed(request: Asked, error: Exception) -> Response[Any]:
    return _answer(request, 403, "not_allowed", str(error) or N_("Your role does not allow this."))


def not_from_here(request: Asked, error: Exception) -> Response[Any]:
    if asked_from_here(request.scope) is False:
        return _answer(
            request,
            403,
            "not_allowed",
            N_(
                "Your browser says that this came from another address than kam's own, so nothing was done. If you sent"
                " it from kam itself, a proxy changes the address; whoever runs kam sets KAM_ORIGIN to the one that"
                " people open."
            ),
        )
    if not _knows_us(request):
        return Redirect(COOKIES_LOST, status_code=303)
    if isinstance(error, NotFromHere) and error.sent:
        return _answer(
            request, 403, "late", N_("This form was open too long. Load the page again."), sent=error.sent, reason=""
        )
    return _answer(
        request, 403, "not_allowed",
        N_("This form was open too long or came from elsewhere. Go back, load the page again and send it once more."),
    )  # fmt: skip


def _knows_us(request: Asked) -> bool:
    """Whether the browser sent back any cookie of ours. The door says what may be wrong with one that does not."""
    at_the_door = request.route_handler.opt.get("public") and not wants_json(request)
    return not at_the_door or bool({SESSION, VISITOR} & current().cookies.keys())


def stale(request: Asked, error: Exception) -> Response[Any]:
    message = str(error) or N_("Somebody changed this since you opened it. Load the page again and repeat your change.")
    link = error.link if isinstance(error, Stale) else ""
    return _answer(request, 409, "conflict", message, reasons=(), blockers=(), link=link)


def refused(request: Asked, error: Exception) -> Response[Any]:
    assert isinstance(error, Refused)
    reasons = [blocker.text(current().language) for blocker in error.blockers]
    return _answer(
        request, 409, "conflict", N_("This step is not possible now."), blockers=error.blockers, reasons=reasons
    )


def invalid(request: Asked, error: Exception) -> Response[Any]:
    assert isinstance(error, Invalid)
    fields = {name: gettext(current().language, message) for name, message in error.fields.items()}
    message = N_(
        "Some of what was sent cannot be taken. Go back, correct it and send it again; what you typed is kept."
    )
    return _answer(request, 422, "invalid", message if fields else str(error), fields=fields)


def not_taken(request: Asked, error: Exception) -> Response[Any]:
    assert isinstance(error, NotTaken)
    sentence = gettext(current().language, str(error), **error.params)
    return _answer(request, error.status, "not_taken", sentence)


def left(_request: Asked, _error: Exception) -> Response[Any]:
    """Nobody reads this; the log has no line of it either."""
    return Response(b"", status_code=400)


def too_many(request: Asked, error: Exception) -> Response[Any]:
    assert isinstance(error, TriedTooOften)
    answer = _answer(request, 429, "too_many", "", seconds=error.seconds)
    answer.headers["retry-after"] = str(error.seconds)
    return answer


def unavailable(request: Asked, error: Exception) -> Response[Any]:
    log.error("unavailable", path=request.url.path, error=repr(error))
    answer = _answer(request, 503, "unavailable", SILENT)
    answer.headers["retry-after"] = "5"
    return answer


def busy(request: Asked, error: Exception) -> Response[Any]:
    assert isinstance(error, Busy)
    log.warning("busy", path=request.url.path, message=str(error))
    answer = _answer(request, 503, "unavailable", str(error))
    answer.headers["retry-after"] = str(error.seconds)
    return answer


def beyond_us(request: Asked, error: Exception) -> Response[Any]:
    """Nothing is wrong with kam: the database cannot do this, or not at this moment."""
    found = trouble(error)
    assert found is not None
    log.error("database", path=request.url.path, error=repr(error))
    answer = _answer(request, 503, "unavailable", found.sentence)
    answer.headers["retry-after"] = str(found.again)
    return answer


def interrupted(request: Asked, error: Exception) -> Response[Any]:
    """What was typed can be sent again as it is; or somebody looks first whether it is there already."""
    assert isinstance(error, Interrupted)
    cause = error.cause
    again = cause.seconds if isinstance(cause, Busy) else found.again if (found := trouble(cause)) else 5
    said = PERHAPS if error.perhaps else str(cause) if isinstance(cause, Busy) else sentence(cause) or SILENT
    log.warning("interrupted", path=request.url.path, error=repr(cause), perhaps_kept=error.perhaps)
    if error.sent:
        answer = _answer(request, 503, "late", said, sent=error.sent, reason=said)
    else:
        answer = _answer(request, 503, "unavailable", said)
    answer.headers["retry-after"] = str(again)
    return answer


def from_litestar(request: Asked, error: Exception) -> Response[Any]:
    """What the framework itself refuses: unknown addresses, wrong methods, ids that are none, bodies too large."""
    assert isinstance(error, HTTPException)
    if error.status_code in (400, 404, 405) and request.method in ("GET", "HEAD"):
        return not_found(request, error)
    if error.status_code >= 500:
        return unexpected(request, error)
    return _answer(request, error.status_code, "invalid", N_("This request cannot be taken."), fields={})


def unexpected(request: Asked, error: Exception) -> Response[Any]:
    """A fault of ours: the log has the details under a reference that the page shows."""
    reference = current().reference
    log.error("fault", path=request.url.path, method=request.method, exc_info=error)
    return _answer(
        request, 500, "fault", N_("Something went wrong on our side; nothing was changed."), reference=reference
    )


HANDLERS: dict[int | type[Exception], Callable[[Asked, Any], Response[Any]]] = {
    SignInNeeded: sign_in_needed,
    NotFromHere: not_from_here,
    PasswordDue: password_due,
    TriedTooOften: too_many,
    NotTaken: not_taken,
    Left: left,
    NotFound: not_found,
    NoLongerKept: no_longer_kept,
    NotAllowed: not_allowed,
    Stale: stale,
    Refused: refused,
    Invalid: invalid,
    Busy: busy,
    Unavailable: unavailable,
    **dict.fromkeys(KNOWN, beyond_us),
    Interrupted: interrupted,
    HTTPException: from_litestar,
    Exception: unexpected,
}
