"""A browser in whose app the made-up kind of `tests.records` has its pages too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from kam.app import create
from kam.records.kind import Kind
from kam.records.pages import routing
from tests import clients
from tests.records.made_up import FOLLOWING, in_force, make_visits

_APP = None


def _application():
    global _APP
    if _APP is None:
        known = routing.ROUTES
        routing.ROUTES = [*routing.routes_of(FOLLOWING), *known]
        try:
            _APP = create()
        finally:
            routing.ROUTES = known
    return _APP


@pytest.fixture
async def visits(cast) -> AsyncIterator[Kind]:
    await make_visits()
    with in_force(FOLLOWING):
        yield FOLLOWING


@pytest.fixture
async def visiting(visits, monkeypatch) -> AsyncIterator[object]:
    """`await visiting(alice)` is a browser of hers."""
    monkeypatch.setattr(clients, "application", _application)
    async with AsyncExitStack() as opened:

        async def open_client(person) -> httpx.AsyncClient:
            return await opened.enter_async_context(await clients.browser(person))

        yield open_client
