"""Numbers for Prometheus: what each web process answered, and what the database says of jobs, deadlines and the sweep.

Only measured where KAM_METRICS_TOKEN is set. The processes write into files of a folder that they share.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from litestar.types import HTTPScope, Message, Send

from kam.database import postmaster
from kam.database.engine import DB

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the library looks
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
_ASKED: list[Any] = []  # the histogram, once it is wanted

_NUMBERS = """
SELECT 'kam_works' AS name, state AS label, count(*)::float8 AS value FROM work
 WHERE state IN ('waiting', 'running') GROUP BY state
UNION ALL SELECT 'kam_jobs', status::text, count(*) FROM procrastinate_jobs GROUP BY status
UNION ALL SELECT 'kam_workers_alive', '', count(*) FROM procrastinate_workers
           WHERE last_heartbeat BETWEEN now() - interval '30 seconds' AND now() + interval '30 seconds'
UNION ALL SELECT 'kam_clock_age_seconds', name, extract(epoch FROM now() - good_at) FROM periodic_run
           WHERE good_at IS NOT NULL
UNION ALL SELECT 'kam_clock_failing', name, (fault <> '')::int FROM periodic_run
UNION ALL SELECT 'kam_connections', coalesce(state, 'other'), count(*) FROM pg_stat_activity
           WHERE datname = current_database() GROUP BY state
"""
_MEANING = {
    "kam_works": "Long works that people asked for and that have not ended, by state.",
    "kam_jobs": "Jobs of the queue, by status.",
    "kam_workers_alive": "Job workers that gave a sign of life within thirty seconds.",
    "kam_clock_age_seconds": "Seconds since a job that runs by the clock last ended well.",
    "kam_clock_failing": "1 where the last run of a job that runs by the clock failed.",
    "kam_connections": "Connections to the database, by state.",
}


def begin() -> None:
    """Before the web processes start: a folder that they share, and nothing left of those that were killed."""
    name = f"kam-metrics-{os.geteuid()}-"
    for left in Path(tempfile.gettempdir()).glob(f"{name}*"):
        if not postmaster.lives(int(left.name.removeprefix(name))):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.gettempdir()) / f"{name}{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.environ[_FOLDER] = str(folder)


def end() -> None:
    if folder := os.environ.pop(_FOLDER, ""):
        shutil.rmtree(folder, ignore_errors=True)


def measured(send: Send, scope: HTTPScope) -> Send:
    """`send` that notes how long the answer took to begin, by route and status."""
    if _FOLDER not in os.environ:
        return send
    began = time.perf_counter()

    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            route = str(scope.get("path_template") or "none")
            status = f"{message['status'] // 100}xx"
            _histogram().labels(scope["method"], route, status).observe(time.perf_counter() - began)
        await send(message)

    return noting


async def exposition() -> bytes:
    """As Prometheus reads it."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    rows = await DB.fetch(_NUMBERS)
    registry = CollectorRegistry()
    if _FOLDER in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Counted([(row["name"], row["label"], row["value"]) for row in rows]))
    return generate_latest(registry)


class _Counted:
    """What the database says, in the form that the library asks for."""

    def __init__(self, rows: list[tuple[str, str, float]]) -> None:
        self._rows = rows

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily

        for name, meaning in _MEANING.items():
            family = GaugeMetricFamily(name, meaning, labels=["of"])
            for _, label, value in (row for row in self._rows if row[0] == name):
                family.add_metric([label], value)
            yield family


def _histogram() -> Any:
    if not _ASKED:
        from prometheus_client import Histogram

        _ASKED.append(
            Histogram(
                "kam_request_seconds",
                "Seconds until an answer began, by method, route and kind of status.",
                ["method", "route", "status"],
                buckets=_BOUNDS,
            )
        )
    return _ASKED[0]
