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


async def browser(person: Viewer | None, *, proof: bool = True) -> httpx.AsyncClient:
    """Signed in as `person`; for None nobody is. `proof=False` leaves the CSRF token out. To be closed again."""
    token = await open_session(person.id, now=now()) if person else "visitor-of-a-test"
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=application(), raise_app_exceptions=False),
        base_url="http://kam.test",
        cookies={SESSION if person else VISITOR: token},
        headers={"x-csrf-token": masked(secret_for(token))} if proof else {},
    )


@pytest.fixture
async def client(db: KamEngine) -> AsyncIterator[Client]:
    """`await client(alice)` is a browser of hers."""
    async with AsyncExitStack() as opened:

        async def open_client(person: Viewer | None, *, proof: bool = True) -> httpx.AsyncClient:
            return await opened.enter_async_context(await browser(person, proof=proof))

        yield open_client
