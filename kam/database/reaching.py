"""Connecting to the first of several hosts that answers, each with its own time, so that a silent one costs little.

A server that is full or just starting is asked again until there is room, and one that falls silent later is noticed.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg

from kam.database.addresses import each_host

FOR_EACH = 3.0  # seconds that one of several hosts is given
_TROUBLES = (OSError, asyncio.TimeoutError, asyncpg.CannotConnectNowError, asyncpg.TargetServerAttributeNotMatched)
_FULL = (asyncpg.TooManyConnectionsError, asyncpg.CannotConnectNowError)
_UNTIL_ADMITTED = 60.0  # seconds, for whoever has no patience of its own
_SHORT, _LONG = 0.03, 0.4  # seconds between two tries at most: the second, and later ones

# Seconds of quiet after which the other side is asked for a sign of life, how often, and how many times.
_SIGNS_OF_LIFE = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 30_000}
# The same as libpq writes it, for the queue of jobs; it would wait for a silent host for ever.
FOR_LIBPQ = {
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "connect_timeout": f"{FOR_EACH:.0f}",
}

_ANSWERED: dict[str, str] = {}  # address -> the host that answered last, which is asked first

Link = TypeVar("Link")


async def admitted(ask: Callable[[], Awaitable[Link]], patience: float | None) -> Link:
    """What `ask` gives, within so many seconds: a server that is full, or not ready yet, is asked again. Raises
    TimeoutError, or what the server said last."""
    until = time.monotonic() + (_UNTIL_ADMITTED if patience is None else patience)
    pause = _SHORT
    async with asyncio.timeout(patience):
        while True:
            try:
                return await ask()
            except _FULL:
                if time.monotonic() > until - pause:
                    raise
            await asyncio.sleep(random.uniform(pause / 4, pause))  # by chance, so that not all come again at once
            pause = min(pause * 1.5, _LONG)


async def connect(*where: str, **options: Any) -> asyncpg.Connection:
    """As asyncpg does, but a server or network that falls silent is noticed within half a minute."""
    link = await asyncpg.connect(*where, **options)
    wire = link._transport.get_extra_info("socket")
    if wire is not None and wire.family != socket.AF_UNIX:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _SIGNS_OF_LIFE.items():
            if hasattr(socket, name):  # not on every system
                wire.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return link


async def reach(url: str, **options: Any) -> asyncpg.Connection:
    """`options` are what asyncpg takes, `timeout` among them. Raises what the last host said if none takes us."""
    hosts = sorted(each_host(url), key=lambda host: host != _ANSWERED.get(url))
    timeout = options.pop("timeout")
    patience = timeout if len(hosts) == 1 else min(timeout, FOR_EACH)
    for host in hosts[:-1]:
        try:
            return await _try(url, host, patience, options)
        except _TROUBLES:
            continue
    return await _try(url, hosts[-1], patience, options)


async def _try(url: str, host: str, patience: float, options: dict[str, Any]) -> asyncpg.Connection:
    link = await connect(host, timeout=patience, **options)
    _ANSWERED[url] = host
    return link
