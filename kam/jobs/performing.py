"""Doing one piece of long work, once, and writing down how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from kam.database.engine import DB
from kam.database.refusals import GONE, sentence
from kam.database.retrying import retrying
from kam.errors import DomainError
from kam.jobs.ending import end
from kam.jobs.holding import alone
from kam.jobs.tasks import LONG_WORK, Cancelled, WorkHandle
from kam.language import N_

log = logging.getLogger(__name__)

BROKE = N_("Something in kam broke. Nothing was changed; the log of the worker says more.")
KEPT = N_("What was asked for is done and kept, but what follows from it was not: the facts come with the next sweep.")


async def perform(work: UUID, clock: Callable[[], datetime]) -> None:
    """Whoever comes while it is being done waits, finds it done, and leaves."""
    async with alone(f"work {work}"):
        handle = await _begin(work, clock())
        if handle is None:
            return
        try:
            await retrying(partial(_doing, handle))
        except Cancelled:
            await _end(handle, "cancelled", "", clock())
        except GONE:  # nothing can be written down now; the job is tried again
            raise
        except DomainError as refusal:
            await _end(handle, "failed", str(refusal), clock())
        except Exception as error:  # one piece of work must not stop the worker
            log.exception("The work “%s” (%s) failed", handle.title, handle.id)
            await _end(handle, "failed", await _why(handle, error), clock())
        else:
            await _end(handle, "done", "", clock())


async def _begin(work: UUID, now: datetime) -> WorkHandle | None:
    row = await DB.fetchrow(
        """
        UPDATE work SET state = 'running', started_at = coalesce(started_at, $2)
         WHERE id = $1 AND state IN ('waiting', 'running')
        RETURNING id, kind, title, asked_by, asked_at, input
        """,
        work,
        now,
    )
    return WorkHandle(row, now) if row else None


async def _doing(handle: WorkHandle) -> None:
    doing = LONG_WORK.get(handle.kind)
    if doing is None:
        raise DomainError(f"This version of kam does not know the work “{handle.kind}”.")
    await doing(handle)


async def _why(handle: WorkHandle, error: Exception) -> str:
    """What a person reads; it never says that nothing was changed of work that had kept what it did."""
    if await DB.fetchval("SELECT result ->> 'kept' FROM work WHERE id = $1", handle.id) == "true":
        return KEPT
    return sentence(error) or BROKE


async def _end(handle: WorkHandle, state: str, message: str, now: datetime) -> None:
    await end(handle.id, state, message=message, result=handle.result, document=handle.document, now=now)
