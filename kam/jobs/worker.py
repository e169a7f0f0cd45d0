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
from procrastinate.signals import on_stop
from procrastinate.worker import Worker

from kam import clock
from kam.database.engine import DB
from kam.errors import Unavailable
from kam.jobs.asking import QUEUE, TASK
from kam.jobs.performing import GONE, alone, give_up, perform
from kam.jobs.periodic import Periodic

log = logging.getLogger(__name__)

PERIODIC_QUEUE = "periodic"
_LONG, _BY_THE_CLOCK = 4, 3  # works at once; what runs by the clock has slots of its own, however long works hang
# Each job holds one for its lock, one for its transaction and now and then one for its progress; were there fewer,
# two jobs could wait for each other for ever.
CONNECTIONS = (_LONG + _BY_THE_CLOCK) * 3 + 2
_MOST_ATTEMPTS = 3
_OFTEN = "10"  # seconds without a sign of life after which a worker counts as dead


async def work(url: str, schedule: Sequence[Periodic], *, once: bool = False) -> None:
    """Runs until it is told to stop (SIGINT, SIGTERM); with `once`, until no job is left."""
    silence = float(os.environ.get("KAM_WORKER_SILENCE", _OFTEN))
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=6))
    _register(app, schedule)
    async with app.open_async():
        rescuing = asyncio.create_task(_rescue_for_ever(silence))
        try:
            await _run(
                [
                    _slots(app, QUEUE, _LONG, silence, once=once),
                    _slots(app, PERIODIC_QUEUE, _BY_THE_CLOCK, silence, once=once),
                ]
            )
        except (*GONE, ConnectorException) as failure:
            raise Unavailable("The job worker ends, because the database does not answer.") from failure
        finally:
            rescuing.cancel()
            with suppress(asyncio.CancelledError):
                await rescuing


def _slots(app: App, queue: str, count: int, silence: float, *, once: bool) -> Worker:
    return Worker(
        app, queues=[queue], name=queue, concurrency=count, wait=not once, delete_jobs="successful",
        install_signal_handlers=False, update_heartbeat_interval=silence / 5, stalled_worker_timeout=silence,
        shutdown_graceful_timeout=20,
    )  # fmt: skip


async def _run(workers: Sequence[Worker]) -> None:
    """All together: a signal stops them, and where one ends by itself so do the others."""

    def stop(*_: object) -> None:
        for worker in workers:
            worker.stop()  # type: ignore[no-untyped-call]

    running = [asyncio.create_task(worker.run()) for worker in workers]  # type: ignore[no-untyped-call]
    for task, worker in zip(running, workers, strict=True):
        if worker.wait:
            task.add_done_callback(stop)
    try:
        with on_stop(stop):
            await asyncio.gather(*running)
    finally:
        stop()
        await asyncio.gather(*running, return_exceptions=True)


def _register(app: App, schedule: Sequence[Periodic]) -> None:
    @app.task(name=TASK, queue=QUEUE, retry=RetryStrategy(max_attempts=_MOST_ATTEMPTS, wait=2, retry_exceptions=GONE))
    async def long_work(work: str) -> None:
        await perform(UUID(work), clock.now)

    for job in schedule:
        _register_periodic(app, job)


def _register_periodic(app: App, job: Periodic) -> None:
    """One after the other of the same name, so that a late one takes no slot while it waits."""

    @app.periodic(cron=job.cron)
    @app.task(name=job.name, queue=PERIODIC_QUEUE, lock=job.name, queueing_lock=job.name)
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
