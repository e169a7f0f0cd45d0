"""Asking for long work: the row that people watch and the job that does it come into being in one transaction."""

from __future__ import annotations

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
    INSERT INTO work (id, kind, title, asked_by, input, asked_at, state, done, message, result, cancel_asked)
    VALUES ($1, $2, $3, $4, $5::jsonb, $6, 'waiting', 0, '', '{}', false)
    RETURNING id
)
SELECT procrastinate_defer_jobs_v1(ARRAY[
    ROW($7, $8, 0, NULL, NULL, jsonb_build_object('work', id::text), NULL)::procrastinate_job_to_defer_v1
]) FROM asked
"""


async def ask(kind: str, *, title: str, by: UUID | None, input: Mapping[str, Any] | None = None, now: datetime) -> UUID:
    """Queues one piece of the work that `@long_work(kind)` knows how to do; gives the id to watch it by.

    Nothing starts before the surrounding transaction is committed.
    """
    work = new_id()
    await DB.fetch(_ASK, work, kind, title[:300], by, json.dumps(dict(input or {})), now, QUEUE, TASK)
    return work


async def cancel(work: UUID, *, by: UUID, now: datetime) -> bool:
    """Asks the worker to stop; what has not begun is stopped at once. False if there was nothing left to stop."""
    stopped = await DB.fetchval(
        """
        UPDATE work SET cancel_asked = true,
               state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
               finished_at = CASE state WHEN 'waiting' THEN $3 ELSE finished_at END
         WHERE id = $1 AND asked_by = $2 AND state IN ('waiting', 'running')
        RETURNING true
        """,
        work,
        by,
        now,
    )
    return bool(stopped)
