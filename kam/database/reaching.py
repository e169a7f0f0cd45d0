"""Connecting to the first of several hosts that answers, each with its own time, so that a silent one costs little."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

from kam.database.addresses import each_host

FOR_EACH = 3.0  # seconds that one of several hosts is given
_TROUBLES = (OSError, asyncio.TimeoutError, asyncpg.CannotConnectNowError, asyncpg.TargetServerAttributeNotMatched)
_ANSWERED: dict[str, str] = {}  # address -> the host that answered last, which is asked first


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
    link = await asyncpg.connect(host, timeout=patience, **options)
    _ANSWERED[url] = host
    return link
