"""Noticing that the database has fallen silent: no error comes then, and everything would wait for ever."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from datetime import datetime

from kam.database.engine import DB
from kam.jobs.holding import silence

log = logging.getLogger(__name__)

_PATIENCE = 6  # times the silence after which a worker counts as dead: what it did is another's by then
_BEGAN = "SELECT pg_postmaster_start_time()"  # by which one server is known from another


async def end_if_silent() -> None:
    """Ends this process, with status 1, when the database has said nothing for a minute, or another server answers in
    the place of one that fell silent. Nothing could be cleared away through connections that hang; whoever started us
    starts a new one."""
    heard, known, fell_silent = time.monotonic(), None, False
    while time.monotonic() - heard < silence() * _PATIENCE:
        try:
            async with DB.connection() as link:
                while True:
                    server: datetime = await link.fetchval(_BEGAN, timeout=silence())
                    if fell_silent and server != known:
                        _end("Another database has taken over from one that fell silent.")
                    heard, known, fell_silent = time.monotonic(), server, False
                    await asyncio.sleep(silence() / 2)
        except TimeoutError:
            fell_silent = True
            log.warning("The database has not answered for %.0f seconds", time.monotonic() - heard)
        except Exception:  # whatever it says, it is not silent; what fails by it is noticed elsewhere
            heard = time.monotonic()
            await asyncio.sleep(silence() / 2)
    _end("The database is silent.")


def _end(why: str) -> None:
    log.error("%s The job worker ends, to begin anew.", why)
    os._exit(1)
