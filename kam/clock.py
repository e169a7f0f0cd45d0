"""The clock, read only at the edges: pages, jobs and the command line. Everything below takes `now` or `as_of`.

People live by clocks of their own: what one of them does today has the date of their day. Facts and deadlines, and what
the system does, count days in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_LONGEST = 60
_PLACES = frozenset(["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"])


def now() -> datetime:
    return datetime.now(UTC)


@lru_cache(maxsize=1024)
def zone(name: str) -> tzinfo:
    """UTC for a name that is none: anybody can send a cookie."""
    return _read(name) or UTC


def is_zone(name: str) -> bool:
    return _read(name) is not None


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The time zones that somebody may choose, by name."""
    return ("UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in _PLACES))


def day(moment: datetime, clock: tzinfo = UTC) -> date:
    """The date of `moment` by `clock`."""
    return moment.astimezone(clock).date()


@lru_cache(maxsize=1024)
def _read(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if 0 < len(name) <= _LONGEST else None
    except (KeyError, ValueError, OSError):
        return None
