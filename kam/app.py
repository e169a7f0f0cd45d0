"""Builds the web application; where everything meets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from litestar import Litestar, Request
from litestar.enums import ScopeType
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Message, Receive, Scope, Send

from kam import logs
from kam.demo.door import open_door
from kam.operation.measuring import measured
from kam.people.sessions import SignedIn
from kam.people.signed_in import SIGNED_IN
from kam.rehearsing import nothing_more
from kam.web import compiled, formats, static
from kam.web.ageing import AGEING
from kam.web.arriving import Body, answering, headless
from kam.web.assets import served
from kam.web.current import current
from kam.web.errors import HANDLERS, PasswordDue, SignInNeeded
from kam.web.gate import enter, guarded
from kam.web.limits import FORM, check_address, check_host
from kam.web.proving import kept_of, prove, unanswered
from kam.web.repeating import repeated
from kam.web.waiting import stop

# Every slice with pages; each module exports ROUTES.
PAGES = (
    "kam.web.pages",
    "kam.web.stepping",
    "kam.web.work_pages",
    "kam.people.pages",
    "kam.customers.pages",
    "kam.contacts.pages",
    "kam.interactions.pages",
    "kam.sales.pages",
    "kam.orders.pages",
    "kam.service.pages",
    "kam.quotations.pages",
    "kam.relationships.pages",
    "kam.plans.pages",
    "kam.warnings.pages",
    "kam.ranking.pages",
    "kam.importing.pages",
    "kam.documents.pages",
    "kam.definitions.pages",
    "kam.desk.pages",
    "kam.portfolio.pages",
    "kam.leaving.pages",
    "kam.search.pages",
    "kam.records.pages.routing",
    "kam.operation.pages",
    "kam.keeping.pages",
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def create(*, lifespan: list[Callable[[Any], Any]] | None = None) -> Application:
    """The application. `lifespan` opens and closes what it stands on (the database); `kam serve` gives it."""
    logs.configure()
    open_door()
    return Application(
        route_handlers=[repeated(route) for module in PAGES for route in import_module(module).ROUTES],
        before_request=_admit,
        exception_handlers=HANDLERS,
        lifespan=[*(lifespan or []), _listening],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=FORM.bytes,  # of what is no form; for forms see `kam.web.limits`
        debug=False,
    )


def prepare(data: Path) -> None:
    """What the first page of a process would otherwise wait for, done once for all that fork afterwards."""
    served()
    formats.load()
    compiled.keep(data)


class Application(Litestar):
    """Litestar behind our gate, so that every answer, also of an unknown address, knows who asks and is guarded."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        """None for pydantic and attrs, which we do not use: importing pydantic would take a third of the start."""
        return [*plugins, MsgspecDIPlugin()]

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        await self._answer(cast("HTTPScope", scope), cast("Receive", receive), cast("Send", send))

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        body = Body(scope, receive)
        send = measured(answering(send, body), scope)
        if asset := served().get(scope["path"]):
            await static.send(asset, scope, send)
            return
        await self._draw(scope, body, send, None)

    async def draw(self, scope: HTTPScope, reader: SignedIn) -> int:
        """A page for somebody who did not ask for it. It is sent to nobody; only its status is answered."""
        status = 0

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]

        await self._draw(scope, Body(scope, nothing_more), send, reader)
        return status

    async def _draw(self, scope: HTTPScope, body: Body, send: Send, reader: SignedIn | None) -> None:
        asked, failure = await enter(scope, reader)
        state = scope.setdefault("state", {})
        state |= {"failure": failure, "asked": asked, "body": body}
        ask: Receive = body
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
            ask, send = headless(body, send)
        try:
            await super().__call__(scope, ask, guarded(send, scope, asked))
        finally:
            if sent := state.get("sent"):
                await sent.close()


async def _admit(request: Request[Any, Any, Any]) -> None:
    """Before every handler: only signed-in people, unless the route says `public=True`; changes only from our pages."""
    if failure := request.scope.get("state", {}).get("failure"):
        raise await unanswered(request, failure)
    check_host(request.scope["http_version"], request.scope["headers"])
    check_address(request.scope["path"], request.scope["query_string"])
    if request.method not in _SAFE:
        await prove(request)
    if request.route_handler.opt.get("public"):
        return
    if current().viewer is None:
        raise SignInNeeded
    if current().must_change and not request.route_handler.opt.get("before_password"):
        raise PasswordDue(None if request.method in _SAFE else await kept_of(request))


@contextlib.asynccontextmanager
async def _listening(_app: Litestar) -> AsyncIterator[None]:
    """As long as this runs, the process may keep sessions in memory."""
    listener = asyncio.create_task(SIGNED_IN.listen())
    try:
        yield
    finally:
        stop()
        AGEING.forget()
        listener.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listener
