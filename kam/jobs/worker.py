"""The worker process: takes jobs from the database, runs what is due, and takes over from workers that died."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kam import clock
from kam.database.engine import DB
from kam.database.reaching import KEPT_ALIVE
from kam.database.refusals import GONE, Kinds
from kam.errors import Unavailable
from kam.jobs import clockwork, saying
from kam.jobs.asking import QUEUE, TASK
from kam.jobs.connections import AT_ONCE, CONNECTIONS, OF_QUEUE
from kam.jobs.ending import TOO_OFTEN, end, end_lost
from kam.jobs.holding import silence
from kam.jobs.performing import perform
from kam.jobs.periodic import Periodic
from kam.jobs.watching import end_if_silent
from kam.workflow import registry

log = logging.getLogger(__name__)

_MOST_ATTEMPTS = 3
_LOST: Kinds = (*GONE, ConnectorException)


async def work(url: str, schedule: Sequence[Periodic], *, once: bool = False) -> None:
    """Runs until it is told to stop (SIGINT, SIGTERM); with `once`, until no job is left."""
    app = App(connector=PsycopgConnector(conninfo=_kept_alive(url), min_size=1, max_size=OF_QUEUE))
    _register(app)
    async with app.open_async():
        beside = [asyncio.create_task(_rescue_for_ever(silence())), asyncio.create_task(end_if_silent())]
        if workflows := registry.in_force():
            beside.append(asyncio.create_task(saying.keep_saying("jobs", workflows, CONNECTIONS + OF_QUEUE)))
        if not once:
            beside.append(asyncio.create_task(clockwork.run(schedule, clock.now)))
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=AT_ONCE,
                wait=not once,
                delete_jobs="successful",
                update_heartbeat_interval=silence() / 5,
                stalled_worker_timeout=silence(),
                shutdown_graceful_timeout=20,
            )
        except _LOST as failure:
            raise Unavailable("The job worker ends, because the database does not answer.") from failure
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


def _kept_alive(url: str) -> str:
    """So that the queue, too, notices a network that swallows what is sent; what the address says itself counts."""
    return make_conninfo(
        url, **{name: value for name, value in KEPT_ALIVE.items() if name not in conninfo_to_dict(url)}
    )


def _register(app: App) -> None:
    @app.task(name=TASK, queue=QUEUE, retry=RetryStrategy(max_attempts=_MOST_ATTEMPTS, wait=2, retry_exceptions=GONE))
    async def long_work(work: str) -> None:
        await perform(UUID(work), clock.now)


async def _rescue_for_ever(silence: float) -> None:
    while True:
        try:
            await rescue(silence)
            await end_lost(clock.now())
        except _LOST as failure:
            log.warning("Could not look for the jobs of dead workers: %s", failure)
        except Exception:  # whatever is wrong with one job, the others are looked for again
            log.exception("The jobs of dead workers were not put back")
        await asyncio.sleep(silence / 2)


async def rescue(silence: float) -> int:
    """Puts back the jobs of workers that gave no sign of life for so many seconds; those tried too often fail."""
    rows = await DB.fetch(_RESCUE, silence, _MOST_ATTEMPTS)
    for row in rows:
        log.warning("A worker died while it did job %s; %s", row["id"], "given up" if row["hopeless"] else "again")
        if row["hopeless"] and row["work"]:
            await end(UUID(row["work"]), "failed", message=TOO_OFTEN, now=clock.now())
    return len(rows)


_RESCUE = """
WITH stalled AS (
    SELECT job.id, job.args ->> 'work' AS work, job.attempts + 1 >= $2 AS hopeless
      FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
     WHERE job.status = 'doing'
       AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => $1))
       FOR UPDATE OF job SKIP LOCKED
)
SELECT id, work, hopeless,
       CASE WHEN hopeless THEN procrastinate_finish_job_v1(id, 'failed', false)
            ELSE procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) END AS done
  FROM stalled
"""
