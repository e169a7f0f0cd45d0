"""Noticing that the database has fallen silent: no error comes then, and everything would wait for ever."""

from __future__ import annotations

import asyncio
import logging
import os
import time

from kam.database.engine import DB
from kam.jobs.holding import silence

log = logging.getLogger(__name__)

_PATIENCE = 6  # times the silence after which a worker counts as dead: what it did is another's by then


async def end_if_silent() -> None:
    """Ends this process, with status 1, when the database has said nothing for a minute. Nothing could be cleared away
    through connections that hang; whoever started us starts a new one."""
    heard = time.monotonic()
    while time.monotonic() - heard < silence() * _PATIENCE:
        try:
            async with DB.connection() as link:
                while True:
                    await link.execute("SELECT 1", timeout=silence())
                    heard = time.monotonic()
                    await asyncio.sleep(silence() / 2)
        except TimeoutError:
            log.warning("The database has not answered for %.0f seconds", time.monotonic() - heard)
        except Exception:  # whatever it says, it is not silent; what fails by it is noticed elsewhere
            heard = time.monotonic()
            await asyncio.sleep(silence() / 2)
    log.error("The database is silent. The job worker ends, to begin anew.")
    os._exit(1)
