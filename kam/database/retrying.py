"""Trying again what the database ended because it and somebody else's work waited for each other.

PostgreSQL ends one of two transactions that hold what the other needs (a deadlock), or that cannot both be true at once
(a serialization failure). Nothing of it was kept and nothing is wrong with it: a moment later it goes through.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from kam.database.engine import DB, KEPT

log = logging.getLogger(__name__)

CONTENTION = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
TRIES = 4
_WAIT = 0.02  # seconds before the second try at most; twice as many before each further one

Result = TypeVar("Result")


async def retrying(work: Callable[[], Awaitable[Result]]) -> Result:
    """What `work` answers. It is begun anew after a deadlock or serialization failure, `TRIES` times in all.

    The failure is raised at once inside a transaction, which only whoever began it can begin anew, and when a part of
    `work` was kept already, which must not be done twice.
    """
    before = KEPT.get()
    for tried in range(1, TRIES):
        try:
            return await work()
        except CONTENTION as failure:
            if DB.running() or KEPT.get() != before:
                raise
            log.info("Tried again after %s", failure)
        await asyncio.sleep(random.uniform(0, _WAIT * 2**tried))
    return await work()
