"""The one place that decides that a piece of work has ended."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.language import N_

log = logging.getLogger(__name__)

TOO_OFTEN = N_("The worker was stopped three times while it did this. It is not tried again.")
KEPT = N_("What was asked for is done and kept, but what follows from it was not: the facts come with the next sweep.")
LOST = N_("The connection to the database broke again and again while this was done. Start it again.")

_END = """
UPDATE work SET state = $2::varchar, finished_at = $4, document = coalesce($6, document),
       result = CASE WHEN $5::jsonb = '{}' THEN result ELSE $5::jsonb END,
       message = CASE WHEN $3::text = '' THEN message WHEN result ->> 'kept' = 'true' THEN $7 ELSE $3::text END,
       done = CASE WHEN $2::varchar = 'done' THEN coalesce(total, done) ELSE done END
 WHERE id = $1 AND state IN ('waiting', 'running')
"""
# Work whose job is neither waiting nor being done: nobody will ever come back to it.
_END_LOST = """
UPDATE work SET state = CASE WHEN cancel_asked THEN 'cancelled' ELSE 'failed' END, finished_at = $1,
       message = CASE WHEN result ->> 'kept' = 'true' THEN $3 ELSE $2 END
 WHERE state IN ('waiting', 'running') AND NOT EXISTS (
       SELECT FROM procrastinate_jobs job
        WHERE job.status IN ('todo', 'doing') AND job.args ->> 'work' = work.id::text)
RETURNING id, title
"""


async def end(
    work: UUID,
    state: str,
    *,
    now: datetime,
    message: str = "",
    result: Mapping[str, Any] | None = None,
    document: UUID | None = None,
) -> None:
    """`state` is done, failed or cancelled; what has ended already stays as it is, and so does what was settled.

    Of work that had kept what it did no message ever says that nothing was changed.
    """
    await DB.execute(_END, work, state, message, now, json.dumps(dict(result or {})), document, KEPT)


async def end_lost(now: datetime) -> int:
    """Says of all work that nobody does any more that it has ended; how many that were."""
    rows = await DB.fetch(_END_LOST, now, LOST, KEPT)
    for row in rows:
        log.warning("The work “%s” (%s) was lost", row["title"], row["id"])
    return len(rows)
