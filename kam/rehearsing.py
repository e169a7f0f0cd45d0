"""What people open first, drawn for nobody when a process begins, so that the first who asks need not wait.

A connection learns its statements and the server plans each of them anew until it has run a few times; templates are
loaded and the texts of every kind put together. All that would cost the first pages of a process ten times their time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import structlog
from litestar.types import HTTPScope

from kam.clock import now
from kam.database.engine import DB
from kam.people.sessions import LIFETIME, SignedIn, viewer_of

if TYPE_CHECKING:
    from kam.app import Application

log = structlog.get_logger()

_ROUNDS = 7  # after five runs the server keeps a plan
_SOMEBODY = "SELECT id FROM person WHERE active AND role = 'administrator' ORDER BY id LIMIT 1"
_CUSTOMERS = "SELECT id FROM customer WHERE deleted_at IS NULL ORDER BY id DESC LIMIT $1"


async def rehearse(app: Application) -> None:
    """Whatever fails here fails again before somebody whom it concerns, and is told there."""
    try:
        if (reader := await _reader()) is None:
            return
        for row in await DB.fetch(_CUSTOMERS, _ROUNDS):
            for path in ("/", "/customers", f"/customers/{row['id']}"):
                await app.draw(scope_of(path), reader)
                await asyncio.sleep(0)
    except Exception as failure:
        log.info("rehearsal_ended", failure=str(failure))


async def _reader() -> SignedIn | None:
    """Somebody who sees everything; no session is opened, and nobody can come in by it."""
    moment = now()
    somebody = await DB.fetchval(_SOMEBODY)
    viewer = await viewer_of(somebody, now=moment) if somebody else None
    return SignedIn(viewer, b"", moment, moment + LIFETIME) if viewer else None


def scope_of(path: str) -> HTTPScope:
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
        "state": {},
        "extensions": {},
    }
    found: HTTPScope = scope
    return found


async def nothing_more() -> Any:
    """The body of a request that has none."""
    return {"type": "http.request", "body": b"", "more_body": False}
