"""Trying again what the database ended for a reason that is over in a moment; `kam.database.refusals` says which are.

PostgreSQL ends one of two transactions that hold what the other needs (a deadlock), or that cannot both be true at once
(a serialization failure); a connection is lost when its process is killed or another server takes over. Where nothing
of it was kept, and that is known, a moment later it goes through.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from kam.database.engine import DB
from kam.database.refusals import PASSING, passes
from kam.database.transactions import KEPT

log = logging.getLogger(__name__)

TRIES = 4
_WAIT = 0.02  # seconds before the second try at most; twice as many before each further one

Result = TypeVar("Result")


async def retrying(work: Callable[[], Awaitable[Result]]) -> Result:
    """What `work` answers. It is begun anew after what passes in a moment, `TRIES` times in all.

    The failure is raised at once inside a transaction, which only whoever began it can begin anew, and when a part of
    `work` was kept already, or may have been, which must not be done twice.
    """
    before = KEPT.get()
    for tried in range(1, TRIES):
        try:
            return await work()
        except PASSING as failure:
            if not passes(failure) or DB.running() or KEPT.get() != before:
                raise
            log.info("Tried again after %s", failure)
            if isinstance(failure, asyncpg.ReadOnlySQLTransactionError):
                await DB.renew()
        await asyncio.sleep(random.uniform(0, _WAIT * 2**tried))
    return await work()
