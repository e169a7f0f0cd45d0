"""Doing one piece of long work, once, and writing down how it ended."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from uuid import UUID

import asyncpg

from kam.database.engine import DB
from kam.database.refusals import sentence
from kam.database.retrying import retrying
from kam.errors import DomainError
from kam.jobs.tasks import LONG_WORK, Cancelled, WorkHandle
from kam.language import N_

log = logging.getLogger(__name__)

GONE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
)

BROKE = N_("Something in kam broke. Nothing was changed; the log of the worker says more.")
TOO_OFTEN = N_("The worker was stopped three times while it did this. It is not tried again.")


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
            await _end(handle, "failed", sentence(error) or BROKE, clock())
        else:
            await _end(handle, "done", "", clock())


async def give_up(work: UUID, now: datetime) -> None:
    """For work whose worker died again and again."""
    await DB.execute(
        "UPDATE work SET state = 'failed', message = $2, finished_at = $3 WHERE id = $1 AND state = 'running'",
        work,
        TOO_OFTEN,
        now,
    )


@asynccontextmanager
async def alone(name: str) -> AsyncIterator[None]:
    """Holds a lock of that name on a connection of its own; the server lets go of it when the process dies."""
    link = await DB.borrow()
    try:
        await link.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", name)
        try:
            yield
        finally:
            await link.execute("SELECT pg_advisory_unlock(hashtextextended($1, 0))", name)
    finally:
        await DB.give_back(link)


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


async def _end(handle: WorkHandle, state: str, message: str, now: datetime) -> None:
    await DB.execute(
        """
        UPDATE work SET state = $2::varchar, finished_at = $4, result = $5::jsonb, document = $6,
               message = CASE WHEN $3::text = '' THEN message ELSE $3::text END,
               done = CASE WHEN $2::varchar = 'done' THEN coalesce(total, done) ELSE done END
         WHERE id = $1
        """,
        handle.id,
        state,
        message,
        now,
        json.dumps(handle.result),
        handle.document,
    )
