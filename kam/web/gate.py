"""What happens before any page: who asks, in which language, and the headers that protect every answer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import partial

import structlog
from litestar.types import HTTPScope, Message, Send

from kam.clock import now, zone
from kam.database.retrying import retrying
from kam.language import LANGUAGES, negotiate
from kam.people.sessions import SignedIn
from kam.people.signed_in import SIGNED_IN
from kam.web import cookies, flash
from kam.web.ageing import AGEING
from kam.web.cookies import FLASH, LANGUAGE, SESSION, THEME, VISITOR
from kam.web.csrf import secret_for
from kam.web.current import CURRENT, Current
from kam.web.limits import PAGE_SECONDS
from kam.web.origin import is_secure
from kam.web.waiting import numbers
from kam.web.zones import ZONE, living_by

THEMES = ("auto", "light", "dark")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; object-src 'none'"
)
HEADERS: list[tuple[bytes, bytes]] = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
]
_SECURE = (b"strict-transport-security", b"max-age=31536000")
_PRIVATE = (b"cache-control", b"no-store")


async def enter(scope: HTTPScope, reader: SignedIn | None = None) -> tuple[Current, Exception | None]:
    """Who asks and how they want to be answered. One query at most; none when this process knows the session, or who
    reads is said.

    Without a database nobody can be known; the failure is given back, so that the answer is still a page.
    """
    if b"%00" in scope["query_string"]:  # a character that PostgreSQL cannot hold, and nobody can type
        scope["query_string"] = scope["query_string"].replace(b"%00", b"")
    headers = dict(scope["headers"])
    sent = cookies.read(scope)
    token, named = sent.get(SESSION, ""), sent.get(ZONE, "")
    moment = now()
    failure: Exception | None = None
    signed_in: SignedIn | None = None
    try:
        signed_in = reader or (await _find(token, moment, named) if token else None)
    except Exception as error:
        failure = error
    if signed_in:
        scope["user"] = signed_in.viewer
    session = token if signed_in or failure else ""  # which may be one: its forms are to be sent again as they are
    visitor = "" if session else sent.get(VISITOR, "") or secrets.token_urlsafe(24)
    asked = Current(
        language=_language(signed_in, sent, headers), theme=_theme(signed_in, sent),
        path=scope["path"], query=scope["query_string"].decode("latin-1"), now=moment,
        csrf_secret=secret_for(session or visitor), signed_in=signed_in,
        flash=flash.read(sent.get(FLASH, "")),
        zone=signed_in.viewer.clock if signed_in else zone(named), secure=is_secure(scope), cookies=sent,
        zipped=b"gzip" in headers.get(b"accept-encoding", b""),
    )  # fmt: skip
    if visitor and VISITOR not in sent:
        cookies.give(asked, VISITOR, visitor)
    if signed_in:
        asked.waiting = await numbers(signed_in.viewer, changed=bool(asked.flash))
        asked.old_figures = await AGEING.old(moment)
    CURRENT.set(asked)
    structlog.contextvars.bind_contextvars(request=asked.reference)
    return asked, failure


async def _find(token: str, moment: datetime, named: str) -> SignedIn | None:
    async with asyncio.timeout(PAGE_SECONDS):
        found = await retrying(partial(SIGNED_IN.find, token, now=moment))
        return found and await living_by(found, named)


def _language(signed_in: SignedIn | None, sent: Mapping[str, str], headers: Mapping[bytes, bytes]) -> str:
    if signed_in and signed_in.viewer.language in LANGUAGES:
        return signed_in.viewer.language
    chosen = sent.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else negotiate(headers.get(b"accept-language", b"").decode("latin-1"))


def _theme(signed_in: SignedIn | None, sent: Mapping[str, str]) -> str:
    chosen = signed_in.viewer.theme if signed_in else sent.get(THEME, "auto")
    return chosen if chosen in THEMES else "auto"


def guarded(send: Send, scope: HTTPScope, asked: Current) -> Send:
    """`send` with the protecting headers, and the flash forgotten once a page has shown it."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            names = {name for name, _ in headers}
            headers += [header for header in HEADERS if header[0] not in names]
            if b"cache-control" not in names:
                headers.append(_PRIVATE)
            if asked.secure:
                headers.append(_SECURE)
            if FLASH in asked.cookies and message["status"] < 300:
                cookies.take_back(asked, FLASH)
            headers += [(b"set-cookie", cookie.encode()) for cookie in asked.new_cookies]
            headers.append((b"x-request-id", asked.reference.encode()))
            message["headers"] = headers
        await send(message)

    return send_with_headers
