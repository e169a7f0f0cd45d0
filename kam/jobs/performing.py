"""Doing one piece of long work, once, and writing down how it ended."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

_DOING: Counter[UUID] = Counter()

BROKE = N_("Something in kam broke. Nothing was changed; the log of the worker says more.")


async def perform(work: UUID, clock: Callable[[], datetime]) -> None:
    """Whoever comes while it is being done waits, finds it done, and leaves."""
    async with alone(f"work {work}"):
        handle = await _begin(work, clock())
        if handle is None:
            return
        try:
            await retrying(partial(_doing, handle))
        except Cancelled:
            await end(handle.id, "cancelled", now=clock())
        except GONE:  # nothing can be written down now; the job is tried again
            raise
        except DomainError as refusal:
            await end(handle.id, "failed", message=str(refusal), now=clock())
        except Exception as error:  # one piece of work must not stop the worker
            log.exception("The work “%s” (%s) failed", handle.title, handle.id)
            await end(handle.id, "failed", message=sentence(error) or BROKE, now=clock())
        else:
            await end(handle.id, "done", result=handle.result, document=handle.document, now=clock())


def being_done() -> list[UUID]:
    """By this process, which knows of itself that it lives."""
    return [*_DOING]


@contextmanager
def noted(work: UUID) -> Iterator[None]:
    """That this process does it, or is about to let go of it."""
    _DOING[work] += 1
    try:
        yield
    finally:
        _DOING[work] -= 1
        if not _DOING[work]:
            del _DOING[work]


async def _begin(work: UUID, now: datetime) -> WorkHandle | None:
    row = await DB.fetchrow(
        """
        UPDATE work SET state = 'running', started_at = coalesce(started_at, $2)
         WHERE id = $1 AND state IN ('waiting', 'running')
        RETURNING id, kind, title, asked_by, asked_at, input, result
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
