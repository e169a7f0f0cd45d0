"""The worker process: takes jobs from the database, runs what is due, and takes over from workers that died."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException

from kam import clock
from kam.database.engine import DB
from kam.errors import Unavailable
from kam.jobs.asking import QUEUE, TASK
from kam.jobs.performing import GONE, alone, give_up, perform
from kam.jobs.periodic import Periodic

log = logging.getLogger(__name__)

PERIODIC_QUEUE = "periodic"
_CONCURRENCY = 4
# Each job holds one for its lock, one for its transaction and now and then one for its progress; were there fewer,
# two jobs could wait for each other for ever.
CONNECTIONS = _CONCURRENCY * 3 + 2
_MOST_ATTEMPTS = 3
_OFTEN = "10"  # seconds without a sign of life after which a worker counts as dead


async def work(url: str, schedule: Sequence[Periodic], *, once: bool = False) -> None:
    """Runs until it is told to stop (SIGINT, SIGTERM); with `once`, until no job is left."""
    silence = float(os.environ.get("KAM_WORKER_SILENCE", _OFTEN))
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=3))
    _register(app, schedule)
    async with app.open_async():
        rescuing = asyncio.create_task(_rescue_for_ever(silence))
        try:
            await app.run_worker_async(
                queues=[QUEUE, PERIODIC_QUEUE],
                concurrency=_CONCURRENCY,
                wait=not once,
                delete_jobs="successful",
                update_heartbeat_interval=silence / 5,
                stalled_worker_timeout=silence,
                shutdown_graceful_timeout=20,
            )
        except (*GONE, ConnectorException) as failure:
            raise Unavailable("The job worker ends, because the database does not answer.") from failure
        finally:
            rescuing.cancel()
            with suppress(asyncio.CancelledError):
                await rescuing


def _register(app: App, schedule: Sequence[Periodic]) -> None:
    @app.task(name=TASK, queue=QUEUE, retry=RetryStrategy(max_attempts=_MOST_ATTEMPTS, wait=2, retry_exceptions=GONE))
    async def long_work(work: str) -> None:
        await perform(UUID(work), clock.now)

    for job in schedule:
        _register_periodic(app, job)


def _register_periodic(app: App, job: Periodic) -> None:
    @app.periodic(cron=job.cron)
    @app.task(name=job.name, queue=PERIODIC_QUEUE, queueing_lock=job.name)
    async def due(timestamp: int) -> None:
        async with alone(f"periodic {job.name}"):
            await job.run(clock.now())


async def _rescue_for_ever(silence: float) -> None:
    while True:
        try:
            await rescue(silence)
        except (*GONE, ConnectorException) as failure:
            log.warning("Could not look for the jobs of dead workers: %s", failure)
        except Exception:  # whatever is wrong with one job, the others are looked for again
            log.exception("The jobs of dead workers were not put back")
        await asyncio.sleep(silence / 2)


async def rescue(silence: float) -> int:
    """Puts back the jobs of workers that gave no sign of life for so many seconds; those tried too often fail.

    A periodic job is not put back beside a newer one of its name: of each, one at a time may wait.
    """
    rows = await DB.fetch(
        """
        WITH stalled AS (
            SELECT job.id, job.attempts, job.queueing_lock, job.args ->> 'work' AS work
              FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
             WHERE job.status = 'doing'
               AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => $1))
               FOR UPDATE OF job SKIP LOCKED
        ), judged AS (
            SELECT id, work, attempts + 1 >= $2 AS hopeless,
                   queueing_lock IS NOT NULL AND (
                       row_number() OVER (PARTITION BY queueing_lock ORDER BY id DESC) > 1
                       OR EXISTS (SELECT FROM procrastinate_jobs next
                                   WHERE next.queueing_lock = stalled.queueing_lock AND next.status = 'todo')
                   ) AS superseded
              FROM stalled
        )
        SELECT id, work, hopeless,
               CASE WHEN hopeless OR superseded THEN procrastinate_finish_job_v1(id, 'failed', false)
                    ELSE procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) END AS done
          FROM judged
        """,
        silence,
        _MOST_ATTEMPTS,
    )
    for row in rows:
        log.warning("A worker died while it did job %s; %s", row["id"], "given up" if row["hopeless"] else "again")
        if row["hopeless"] and row["work"]:
            await give_up(UUID(row["work"]), clock.now())
    return len(rows)
