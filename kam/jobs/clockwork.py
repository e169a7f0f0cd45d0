"""What runs by the clock: each in its own time, by one worker at a time, and made up for once after a pause.

Of each job a row says which moment of its schedule was last done well. So a machine that was off makes up for what it
missed, once; a run that broke is tried again, slower each time; and a clock that is set back stops nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from croniter import croniter

from kam.database.engine import DB
from kam.database.patience import growing_pauses
from kam.jobs.holding import alone
from kam.jobs.periodic import Periodic

log = logging.getLogger(__name__)

_LOOK = 2.0  # seconds between two looks at the clock
_LONGEST_PAUSE = 300.0
APART = timedelta(minutes=2)  # by which the clocks of two machines may differ without doing the same moment twice

_LAST = "SELECT slot FROM periodic_run WHERE name = $1"
_DONE = """
INSERT INTO periodic_run (name, slot, good_at, fault) VALUES ($1, $2, $3, '')
ON CONFLICT (name) DO UPDATE SET slot = excluded.slot, good_at = excluded.good_at, fault = '', failed_at = NULL
"""
_FAILED = """
INSERT INTO periodic_run (name, failed_at, fault) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET failed_at = excluded.failed_at, fault = excluded.fault
"""


async def run(schedule: Sequence[Periodic], clock: Callable[[], datetime]) -> None:
    """Until it is cancelled. A long job keeps no other waiting."""
    async with asyncio.TaskGroup() as jobs:
        for job in schedule:
            jobs.create_task(_keep(job, clock))


async def _keep(job: Periodic, clock: Callable[[], datetime]) -> None:
    pauses, known = growing_pauses(_LONGEST_PAUSE), None
    while True:
        try:
            slot = moment(job.cron, clock())
            if slot != known:
                await run_if_due(job, clock)
                pauses, known = growing_pauses(_LONGEST_PAUSE), slot
            await asyncio.sleep(_LOOK)
        except Exception as failure:  # one run that fails must not end the job for ever
            log.exception("“%s” failed and is tried again", job.name)
            await _note_failure(job, clock(), failure)
            await asyncio.sleep(next(pauses))


async def run_if_due(job: Periodic, clock: Callable[[], datetime]) -> bool:
    """Runs the job if the last moment of its schedule has not been done; whether it ran."""
    if not _is_due(job, clock(), await DB.fetchval(_LAST, job.name)):
        return False
    async with alone(f"periodic {job.name}"):
        now = clock()
        if not _is_due(job, now, await DB.fetchval(_LAST, job.name)):
            return False
        await job.run(now)
        await DB.execute(_DONE, job.name, moment(job.cron, now), clock())
        return True


def _is_due(job: Periodic, now: datetime, last: datetime | None) -> bool:
    """Also if the last time lies ahead of us by more than clocks differ, because ours was set back since."""
    return last is None or last < moment(job.cron, now) or last > now + APART


def moment(cron: str, now: datetime) -> datetime:
    """The last moment of the schedule that is not after `now`."""
    after = now.replace(microsecond=0) + timedelta(seconds=1)
    found: datetime = croniter(cron, after).get_prev(datetime)
    return found


async def _note_failure(job: Periodic, now: datetime, failure: Exception) -> None:
    try:
        await DB.execute(_FAILED, job.name, now, f"{type(failure).__name__}: {failure}"[:400])
    except Exception:  # the database itself may be what failed
        log.warning("That “%s” failed could not be written down", job.name)
