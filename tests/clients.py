"""A browser without a screen: `client(person)` is signed in as that person and proves where its changes come from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from kam.app import create
from kam.clock import now
from kam.database.engine import KamEngine
from kam.people.sessions import open_session
from kam.people.viewer import Viewer
from kam.web.cookies import SESSION, VISITOR
from kam.web.csrf import masked, secret_for

APP = None
Client = Callable[..., object]


def application():
    """Built once for the run."""
    global APP
    APP = APP or create()
    return APP


@pytest.fixture
async def client(db: KamEngine) -> AsyncIterator[Client]:
    """`await client(alice)`; `await client(None)` is nobody. `proof=False` leaves the CSRF token out."""
    async with AsyncExitStack() as opened:

        async def open_client(person: Viewer | None, *, proof: bool = True) -> httpx.AsyncClient:
            token = await open_session(person.id, now=now()) if person else "visitor-of-a-test"
            cookies = {SESSION if person else VISITOR: token}
            headers = {"x-csrf-token": masked(secret_for(token))} if proof else {}
            made = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=application(), raise_app_exceptions=False),
                base_url="http://kam.test", cookies=cookies, headers=headers,
            )  # fmt: skip
            return await opened.enter_async_context(made)

        yield open_client
