"""The worker process: takes jobs from the database, runs what is due, and takes over from workers that died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryDecision, RetryStrategy
from procrastinate.jobs import Job
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import PoolTimeout

from kam import clock
from kam.database.reaching import FOR_LIBPQ
from kam.database.refusals import GONE, Kinds
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

_ENDING: Kinds = (*LOST, PoolTimeout)
_NEVER = 1e9  # seconds: the queue would strike off living workers whenever the database's clock jumps ahead
_PAUSE = 2.0  # seconds before what a broken connection interrupted is done again


async def work(url: str, schedule: Sequence[Periodic], *, once: bool = False) -> None:
    """Runs until it is told to stop (SIGINT, SIGTERM); with `once`, until no job is left."""
    app = App(connector=PsycopgConnector(conninfo=_limited(url), min_size=1, max_size=OF_QUEUE))
    _register(app)
    try:
        async with app.open_async(), _beside(schedule, once):
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=AT_ONCE,
                wait=not once,
                delete_jobs="successful",
                update_heartbeat_interval=silence() / 5,
                stalled_worker_timeout=_NEVER,
                shutdown_graceful_timeout=20,
            )
    except _ENDING as failure:
        raise Unavailable("The job worker ends, because the database does not answer.") from failure


@asynccontextmanager
async def _beside(schedule: Sequence[Periodic], once: bool) -> AsyncIterator[None]:
    """What goes on while jobs are taken."""
    doing = [keep_rescuing(silence()), end_if_silent()]
    if workflows := registry.in_force():
        doing.append(saying.keep_saying("jobs", workflows, CONNECTIONS + OF_QUEUE))
    if not once:
        doing.append(clockwork.run(schedule, clock.now))
    tasks = [asyncio.create_task(one) for one in doing]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _limited(url: str) -> str:
    """So that the queue, too, notices a host or a network that says nothing; what the address says itself counts."""
    said = conninfo_to_dict(url)
    return make_conninfo(url, **{name: value for name, value in FOR_LIBPQ.items() if name not in said})


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
