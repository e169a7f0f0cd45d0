"""Putting back the jobs of workers that died.

A worker notes again and again that it lives. One counts as dead when that note has stood still for long enough by our
own clock, which nobody sets: so no clock that jumps, of a machine or of the database, takes the job of a living worker
away, or leaves that of a dead one where it is.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime
from uuid import UUID

from procrastinate.exceptions import ConnectorException

from kam import clock
from kam.database.engine import DB
from kam.database.refusals import GONE, Kinds
from kam.jobs.ending import TOO_OFTEN, end, end_lost
from kam.jobs.performing import being_done

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
LOST: Kinds = (*GONE, ConnectorException)
LONG_AGO = "epoch"  # when a job may be done again: at once, wherever the database's clock stands
_FORGOTTEN = 60  # times the silence after which a dead worker is struck off

_SIGNS = "SELECT id, last_heartbeat FROM procrastinate_workers"
_FORGET = "DELETE FROM procrastinate_workers WHERE id = ANY($1)"
_PUT_BACK = f"""
WITH stalled AS (
    SELECT id, args ->> 'work' AS work, attempts + 1 >= $2 AS hopeless
      FROM procrastinate_jobs
     WHERE status = 'doing' AND (worker_id IS NULL OR worker_id = ANY($1))
       AND coalesce(args ->> 'work' <> ALL($3), TRUE)
       FOR UPDATE SKIP LOCKED
)
SELECT id, work, hopeless,
       CASE WHEN hopeless THEN procrastinate_finish_job_v1(id, 'failed', false)
            ELSE procrastinate_retry_job_v2(id, '{LONG_AGO}', NULL, NULL, NULL) END AS done
  FROM stalled
"""


class Signs:
    """Of each worker its last sign of life, and since when we have seen no other."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[datetime, float]] = {}
        self._looked = 0.0

    async def silent(self, seconds: float) -> list[int]:
        """The workers from which nothing came for so long; those first seen now are given that time too, and all of
        them where we could not look ourselves."""
        rows = await DB.fetch(_SIGNS)
        moment = time.monotonic()
        before = self._seen if moment - self._looked < seconds else {}
        self._looked, self._seen = moment, {}
        for id, sign in rows:
            same = id in before and before[id][0] == sign
            self._seen[id] = before[id] if same else (sign, moment)
        return self.standing(seconds)

    def standing(self, seconds: float) -> list[int]:
        return [id for id, (_, since) in self._seen.items() if self._looked - since > seconds]


async def keep_rescuing(silence: float) -> None:
    """Until it is cancelled."""
    signs = Signs()
    while True:
        try:
            await put_back(await signs.silent(silence))
            await end_lost(clock.now())
            await DB.execute(_FORGET, signs.standing(silence * _FORGOTTEN))
        except LOST as failure:
            log.warning("Could not look for the jobs of dead workers: %s", failure)
        except Exception:  # whatever is wrong with one job, the others are looked for again
            log.exception("The jobs of dead workers were not put back")
        await asyncio.sleep(silence / 4)


async def put_back(dead: list[int]) -> int:
    """Lets others do what these workers did, and what no worker says it does; what was tried too often fails. What is
    being done right here stays, though nothing may have been heard from ourselves for a while."""
    rows = await DB.fetch(_PUT_BACK, dead, MOST_ATTEMPTS, [str(work) for work in being_done()])
    for row in rows:
        log.warning("A worker died while it did job %s; %s", row["id"], "given up" if row["hopeless"] else "again")
        if row["hopeless"] and row["work"]:
            await end(UUID(row["work"]), "failed", message=TOO_OFTEN, now=clock.now())
    return len(rows)
