"""The clock of who is looking. The browser names its time zone in a cookie (`static/js/zone.js`); without scripts, and
before the first page, it is UTC. Facts and deadlines count days in UTC, whoever looks."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from kam.language import LOCALES
from kam.web.current import current

ZONE = "kam_zone"
_LONGEST = 60
_PLACELESS = ("UTC", "GMT", "Etc/")


@lru_cache(maxsize=1024)
def zone(name: str) -> tzinfo:
    """UTC for a name that is none: anybody can send a cookie."""
    try:
        return ZoneInfo(name) if 0 < len(name) <= _LONGEST else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def local(value: Any) -> Any:
    """A moment as that clock shows it. A date stays as it is, and so does what has no time zone."""
    return _on(value, current().zone) if isinstance(value, datetime) and value.tzinfo else value


def here(value: datetime) -> datetime:
    """What somebody read off that clock, as a moment."""
    return _on(value if value.tzinfo else value.replace(tzinfo=current().zone), UTC)


def today() -> date:
    day: datetime = local(current().now)
    return day.date()


def zone_name() -> str:
    """As people say it: China Time, 中国时间."""
    asked = current()
    return _named(asked.zone, asked.language)


@lru_cache(maxsize=1024)
def _named(clock: tzinfo, language: str) -> str:
    name = str(clock)
    if name.startswith(_PLACELESS):
        return name.removeprefix("Etc/")
    return str(get_timezone_name(clock, locale=LOCALES[language]))


def _on(value: datetime, clock: tzinfo) -> datetime:
    """The first and the last day that there are have no hours on other clocks: there it is UTC."""
    try:
        return value.astimezone(clock)
    except OverflowError:
        return value.replace(tzinfo=UTC)
