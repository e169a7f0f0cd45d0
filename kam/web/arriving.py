"""The body of a request as it arrives: in pieces, in time, and what becomes of the rest of it after an early answer."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

from litestar.types import HTTPScope, Message, Receive, Send

from kam.database.refusals import SLOW
from kam.errors import Busy
from kam.web.limits import BODY_SECONDS, PACE, REST_BYTES, REST_SECONDS, REST_SILENCE, Left, too_slow


class Body:
    """Stands in the place of `receive`. `length` is what the head says of it, None if it does not."""

    def __init__(self, scope: HTTPScope, receive: Receive) -> None:
        told = {name: value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")}
        self.length = int(told[b"content-length"]) if told.get(b"content-length", b"").isdigit() else None
        self.whole = not told or self.length == 0
        self._receive = receive
        self._waits = (b"expect", b"100-continue") in scope["headers"]  # to be told whether to send at all
        self._given_up = False
        self._begun = 0.0
        self._bytes = 0
        self._limit: tuple[asyncio.Timeout, float] | None = None

    async def __call__(self) -> Any:
        """For the framework, which also learns from it that the visitor leaves while an answer is made."""
        return await self._receive() if self.whole else await self._next()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Raises Left when the visitor leaves, and NotTaken when it goes on too slowly."""
        while not self.whole:
            message = await self._next()
            if message["type"] == "http.disconnect":
                raise Left
            if message["body"]:
                yield message["body"]

    @contextlib.asynccontextmanager
    async def answered_within(self, seconds: float) -> AsyncIterator[None]:
        """Gives up on an answer that is not made so many seconds after the whole body has come. Raises Busy."""
        limit = asyncio.timeout(seconds if self.whole else None)
        self._limit = (limit, seconds)
        try:
            async with limit:
                yield
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise Busy(SLOW, seconds=int(seconds)) from error
        finally:
            self._limit = None

    async def drain(self) -> None:
        """Takes in and forgets what is still coming, within bounds: a connection that is closed on somebody who is
        still sending takes the answer away from them."""
        if self._given_up or (self._waits and not self._bytes):
            return
        deadline, spare = time.monotonic() + REST_SECONDS, REST_BYTES
        while not self.whole and spare > 0 and time.monotonic() < deadline:
            try:
                message = await self._within(REST_SILENCE)
            except TimeoutError:
                return
            spare -= len(message.get("body", b""))

    async def _next(self) -> Any:
        now = time.monotonic()
        self._begun = self._begun or now
        patience = self._begun + BODY_SECONDS + self._bytes / PACE - now
        try:
            return await self._within(min(patience, BODY_SECONDS))
        except TimeoutError:
            self._given_up = True
            raise too_slow() from None

    async def _within(self, seconds: float) -> Any:
        async with asyncio.timeout(seconds):
            message: Any = await self._receive()
        self.whole = message["type"] == "http.disconnect" or not message.get("more_body")
        if self.whole and self._limit:
            limit, given = self._limit
            limit.reschedule(asyncio.get_running_loop().time() + given)
        self._bytes += len(message.get("body", b""))
        return message


def answering(send: Send, body: Body) -> Send:
    """`send` for an answer that may come before the body was read: the connection ends with it, but in order.

    Such an answer does not say its length, so that it is not over before the rest of the body was taken in: once it is
    over, granian takes in nothing more.
    """

    async def answer(message: Message) -> None:
        if body.whole:
            await send(message)
        elif message["type"] == "http.response.start":
            headers = [header for header in message.get("headers", ()) if header[0] != b"content-length"]
            message["headers"] = [*headers, (b"connection", b"close")]
            await send(message)
        elif message["type"] == "http.response.body" and not message.get("more_body"):
            await send({**message, "more_body": True})
            await body.drain()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await send(message)

    return answer


def headless(receive: Receive, send: Send) -> tuple[Receive, Send]:
    """For HEAD: the answer of GET without its body. A stream is told that nobody listens any more, and ends."""
    answered = asyncio.Event()

    async def ask() -> Any:
        await answered.wait()
        return {"type": "http.disconnect"}

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
        elif not answered.is_set():
            answered.set()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return ask, answer
