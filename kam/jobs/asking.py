"""Asking for long work: the row that people watch and the job that does it come into being in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB

TASK = "long_work"
QUEUE = "work"

# Procrastinate's own function, called here so that the job is part of our transaction.
_ASK = """
WITH asked AS (
    INSERT INTO work (id, kind, title, asked_by, input, asked_at, state, done, message, result, cancel_asked, sameness)
    VALUES ($1, $2, $3, $4, $5::jsonb, $6, 'waiting', 0, '', '{}', false, $9)
    ON CONFLICT (sameness) WHERE state IN ('waiting', 'running') AND NOT cancel_asked DO NOTHING
    RETURNING id
)
SELECT id, procrastinate_defer_jobs_v1(ARRAY[
    ROW($7, $8, 0, NULL, NULL, jsonb_build_object('work', id::text), NULL)::procrastinate_job_to_defer_v1
]) FROM asked
"""
_UNDER_WAY = """
SELECT id FROM work WHERE sameness = $1 AND state IN ('waiting', 'running') AND NOT cancel_asked
"""


async def ask(kind: str, *, title: str, by: UUID | None, input: Mapping[str, Any] | None = None, now: datetime) -> UUID:
    """Queues one piece of the work that `@long_work(kind)` knows how to do; gives the id to watch it by.

    The same asked again by the same person while it waits or runs is that piece, also when both ask at one moment.
    Nothing starts before the surrounding transaction is committed.
    """
    said = json.dumps(dict(input or {}), sort_keys=True)
    same = hashlib.sha256(f"{kind} {by} {said}".encode()).hexdigest()
    while True:
        if await DB.fetch(_ASK, work := new_id(), kind, title[:300], by, said, now, QUEUE, TASK, same):
            return work
        if under_way := await DB.fetchval(_UNDER_WAY, same):  # otherwise it has just ended
            return UUID(str(under_way))


async def cancel(work: UUID, *, by: UUID, every: bool = False, now: datetime) -> bool:
    """Asks the worker to stop; what has not begun is stopped at once. False if it has ended, or if what it
    did is kept already and only the last touch is missing.

    `every` lets somebody stop what others asked for.
    """
    stopped = await DB.fetchval(
        """
        UPDATE work SET cancel_asked = true,
               state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
               finished_at = CASE state WHEN 'waiting' THEN $3 ELSE finished_at END
         WHERE id = $1 AND (asked_by = $2 OR $4) AND state IN ('waiting', 'running') AND result = '{}'
        RETURNING true
        """,
        work,
        by,
        now,
        every,
    )
    return bool(stopped)
