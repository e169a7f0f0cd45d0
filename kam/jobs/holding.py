"""Holding a name for as long as something is done, so that of two workers one waits.

A row says who holds it and counts up while the holder lives. Who waits takes it over when the count has stood still
for long enough by the waiter's own clock: so no clock that is set, of a machine or of the database, lets two hold it,
and no lock can stay behind with a connection that goes back to the pool.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import AsyncIterator
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB, Link

log = logging.getLogger(__name__)

_OFTEN = "10"  # seconds without a sign of life after which a worker counts as dead
_LOOK = 0.2

_TAKE = "INSERT INTO hold (name, holder, beats) VALUES ($1, $2, 0) ON CONFLICT (name) DO NOTHING RETURNING true"
_SEE = "SELECT holder, beats FROM hold WHERE name = $1"
_TAKE_OVER = "UPDATE hold SET holder = $2, beats = 0 WHERE name = $1 AND holder = $3 AND beats = $4 RETURNING true"
_BEAT = "UPDATE hold SET beats = beats + 1 WHERE name = $1 AND holder = $2 RETURNING true"
_LET_GO = "DELETE FROM hold WHERE name = $1 AND holder = $2"


class LostHold(ConnectionError):
    """We were silent for so long that somebody else has taken over."""


def silence() -> float:
    """Seconds without a sign of life after which somebody counts as dead."""
    return float(os.environ.get("KAM_WORKER_SILENCE", _OFTEN))


@contextlib.asynccontextmanager
async def alone(name: str) -> AsyncIterator[None]:
    """Waits until nobody else holds the name. Raises LostHold if it could not be kept."""
    holder, lost = new_id(), asyncio.Event()
    await _take(name, holder)
    doing = asyncio.current_task()
    assert doing is not None
    beating = asyncio.create_task(_beat(name, holder, doing, lost))
    try:
        yield
    except asyncio.CancelledError:
        if not lost.is_set():
            raise
        doing.uncancel()
        raise LostHold(f"Somebody else has taken over “{name}”.") from None
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
        await _let_go(name, holder)


async def _take(name: str, holder: UUID) -> None:
    seen, since = None, time.monotonic()
    while True:
        async with _link() as link:
            if await link.fetchval(_TAKE, name, holder):
                return
            found = await link.fetchrow(_SEE, name)
            if found != seen:
                seen, since = found, time.monotonic()
            dead = found and time.monotonic() - since > silence()
            if dead and await link.fetchval(_TAKE_OVER, name, holder, *found):
                log.warning("Whoever held “%s” gave no sign of life; it is taken over", name)
                return
        await asyncio.sleep(_LOOK)


async def _beat(name: str, holder: UUID, doing: asyncio.Task[object], lost: asyncio.Event) -> None:
    last = time.monotonic()
    while time.monotonic() - last < silence() * 0.8:
        await asyncio.sleep(silence() / 5)
        try:
            async with _link() as link:
                if not await link.fetchval(_BEAT, name, holder):
                    break
            last = time.monotonic()
        except Exception as failure:  # whatever it is, the hold is lost once it has lasted
            log.warning("Could not say that “%s” is still being done: %s", name, failure)
    lost.set()
    doing.cancel()


async def _let_go(name: str, holder: UUID) -> None:
    """Where the database is gone, others take over after a while."""
    try:
        async with _link() as link:
            await link.execute(_LET_GO, name, holder)
    except Exception as failure:
        log.warning("Could not let go of “%s”: %s", name, failure)


@contextlib.asynccontextmanager
async def _link() -> AsyncIterator[Link]:
    """Outside of any transaction we may be in: others have to see it at once."""
    link = await DB.borrow()
    try:
        yield link
    finally:
        await DB.give_back(link)
