"""The worker process: takes jobs from the database, runs what is due, and takes over from workers that died."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryDecision, RetryStrategy
from procrastinate.jobs import Job
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kam import clock
from kam.database.reaching import KEPT_ALIVE
from kam.database.refusals import GONE
from kam.errors import Unavailable
from kam.jobs import clockwork, saying
from kam.jobs.asking import QUEUE, TASK
from kam.jobs.connections import AT_ONCE, CONNECTIONS, OF_QUEUE
from kam.jobs.holding import silence
from kam.jobs.performing import perform
from kam.jobs.periodic import Periodic
from kam.jobs.rescuing import LOST, MOST_ATTEMPTS, keep_rescuing
from kam.jobs.watching import end_if_silent
from kam.workflow import registry

_NEVER = 1e9  # seconds: the queue would strike off living workers whenever the database's clock jumps ahead
_PAUSE = 2.0  # seconds before what a broken connection interrupted is done again


async def work(url: str, schedule: Sequence[Periodic], *, once: bool = False) -> None:
    """Runs until it is told to stop (SIGINT, SIGTERM); with `once`, until no job is left."""
    app = App(connector=PsycopgConnector(conninfo=_kept_alive(url), min_size=1, max_size=OF_QUEUE))
    _register(app)
    async with app.open_async():
        beside = [asyncio.create_task(keep_rescuing(silence())), asyncio.create_task(end_if_silent())]
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
                stalled_worker_timeout=_NEVER,
                shutdown_graceful_timeout=20,
            )
        except LOST as failure:
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
    @app.task(name=TASK, queue=QUEUE, retry=_Again(max_attempts=MOST_ATTEMPTS, retry_exceptions=GONE))
    async def long_work(work: str) -> None:
        try:
            await perform(UUID(work), clock.now)
        except GONE:
            await asyncio.sleep(_PAUSE)
            raise


class _Again(RetryStrategy):
    """At a moment long past: one by our clock may be far ahead for the database, which would wait for it."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        decided = super().get_retry_decision(exception=exception, job=job)
        return decided and RetryDecision(retry_at=datetime.fromtimestamp(0, UTC))
