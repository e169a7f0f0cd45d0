"""The clock, read only at the edges: pages, jobs and the command line. Everything below takes `now` or `as_of`."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
