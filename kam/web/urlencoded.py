"""The usual way in which browsers send a form, read as it arrives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import unquote_to_bytes

from kam.web.arriving import Body
from kam.web.limits import Limits, check_name, too_large, too_many_fields

_TEXT = 8 * 1024  # bytes whose escapes are read before others have their turn
_PAUSE = 0.004  # seconds from one such piece of work to the next, about double of what it takes
_next = 0.0


async def turn() -> None:
    """To be awaited between pieces of work on large forms: however many are sent at once, all together take no more
    than about half of this process, and what else goes on has the other half."""
    global _next
    now = time.monotonic()
    _next = max(now, _next) + _PAUSE
    await asyncio.sleep(_next - now)


async def fields(body: Body, limits: Limits) -> AsyncIterator[tuple[str, str]]:
    """`name=value&name=value`, each as soon as it is whole."""
    size = count = since = 0
    held = bytearray()
    async for piece in body.pieces():
        size, count = size + len(piece), count + piece.count(b"&")
        if size > limits.bytes:
            raise too_large(limits)
        if count >= limits.fields:
            raise too_many_fields(limits)
        begun, *others = piece.split(b"&")
        held += begun
        for other in others:
            since += len(held)
            if held:
                yield await _field(bytes(held))
            held = bytearray(other)
            if since > _TEXT:
                since = 0
                await turn()
    if held:
        yield await _field(bytes(held))


async def _field(pair: bytes) -> tuple[str, str]:
    name, _, value = pair.partition(b"=")
    return check_name(await _text(name)), await _text(value)


async def _text(written: bytes) -> str:
    """Escapes are read one by one, so a long text is read in slices, none of which ends within an escape."""
    found, start = bytearray(), 0
    while start < len(written):
        end = start + _TEXT
        escape = written.rfind(b"%", max(end - 2, start + 1), end) if end < len(written) else -1
        end = escape if escape > 0 else end
        found += unquote_to_bytes(written[start:end].replace(b"+", b" "))
        start = end
        if start < len(written):
            await turn()
    return found.decode("utf-8", "replace")
