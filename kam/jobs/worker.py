"""The worker process: takes jobs from the database, runs what is due, and takes over from workers that died."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID

from procrastinate import App, PsycopgConnector, RetryDecision, RetryStrategy
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
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
from kam.jobs.performing import noted, perform
from kam.jobs.periodic import Periodic
from kam.jobs.rescuing import LOST, MOST_ATTEMPTS, keep_rescuing
from kam.jobs.watching import end_if_silent
from kam.workflow import registry

log = logging.getLogger(__name__)

_ENDING: Kinds = (*LOST, PoolTimeout)
_NEVER = 1e9  # seconds: the queue would strike off living workers whenever the database's clock jumps ahead
_GRACE = 20.0  # seconds to finish what is being done when told to end
_PAUSE = 2.0  # seconds before what a broken connection interrupted is done again


async def work(url: str, schedule: Sequence[Periodic], *, once: bool = False) -> None:
    """Runs until it is told to stop (SIGINT, SIGTERM); with `once`, until no job is left."""
    app = App(connector=_Queue(conninfo=_limited(url), min_size=1, max_size=OF_QUEUE))
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
                shutdown_graceful_timeout=_GRACE,
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


class _Queue(PsycopgConnector):
    """Listens again where the library would give up, and with it all that the worker does, because a database that is
    started anew does not answer at once."""

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        channels = list(channels)
        while True:
            with suppress(ConnectorException):
                await super().listen_notify(on_notification, channels)
            log.warning("The database does not tell of new jobs now; they are looked for")
            await asyncio.sleep(_PAUSE)


def _limited(url: str) -> str:
    """So that the queue, too, notices a host or a network that says nothing; what the address says itself counts."""
    said = conninfo_to_dict(url)
    return make_conninfo(url, **{name: value for name, value in FOR_LIBPQ.items() if name not in said})


def _register(app: App) -> None:
    @app.task(name=TASK, queue=QUEUE, retry=_Again(max_attempts=MOST_ATTEMPTS, retry_exceptions=GONE))
    async def long_work(work: str) -> None:
        with noted(UUID(work)):
            try:
                await perform(UUID(work), clock.now)
            except GONE:
                await asyncio.sleep(_PAUSE)
                raise


class _Again(RetryStrategy):
    """At a moment long past: one by our clock may be far ahead for the database, which would wait for it. What is cut
    off because the worker is told to end goes on when it, or another, begins again."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        cut_off = isinstance(exception, asyncio.CancelledError)
        if cut_off or super().get_retry_decision(exception=exception, job=job):
            return RetryDecision(retry_at=datetime.fromtimestamp(0, UTC))
        return None
