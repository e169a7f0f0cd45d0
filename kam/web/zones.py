"""The clock of who is looking: the one they chose in their settings, or the time zone that the browser names in a
cookie (`static/js/zone.js`); without scripts the one that it last named, and before the first page UTC. Facts and
deadlines count days in UTC, whoever looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from babel.dates import get_timezone_name

from kam.clock import day, is_zone, zone, zones
from kam.language import LOCALES
from kam.people.preferences import note_zone
from kam.people.sessions import SignedIn
from kam.web.current import current
from kam.web.unchanged import comes_twice, on

ZONE = "kam_zone"
_PLACELESS = ("UTC", "GMT", "Etc/")


async def living_by(signed_in: SignedIn, named: str) -> SignedIn:
    """The session with the clock that its browser names, which is kept with the person."""
    if named == signed_in.viewer.seen_zone or not is_zone(named):
        return signed_in
    await note_zone(signed_in.viewer, named)
    return replace(signed_in, viewer=replace(signed_in.viewer, seen_zone=named))


def local(value: Any) -> Any:
    """A moment as that clock shows it. A date stays as it is, and so does what has no time zone."""
    return on(value, current().zone) if isinstance(value, datetime) and value.tzinfo else value


def here(value: datetime) -> datetime:
    """What somebody read off that clock, as a moment."""
    return on(value if value.tzinfo else value.replace(tzinfo=current().zone), UTC)


def today() -> date:
    return day(current().now, current().zone)


def facts_day() -> date:
    """The day whose facts whoever is looking is shown, which are those that decide what they do."""
    viewer, moment = current().viewer, current().now
    return viewer.as_of(moment) if viewer else day(moment)


def zone_name() -> str:
    """As people say it: China Time, 中国时间."""
    asked = current()
    return _named(asked.zone, asked.language)


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone by its name, with what people call it."""
    return _choices(current().language)


@lru_cache(maxsize=8)
def _choices(language: str) -> list[tuple[str, str]]:
    named = ((name, name.replace("_", " "), _named(zone(name), language)) for name in zones())
    return [(name, place if place == said else f"{place} · {said}") for name, place, said in named]


@lru_cache(maxsize=1024)
def _named(clock: tzinfo, language: str) -> str:
    name = str(clock)
    if name.startswith(_PLACELESS):
        return name.removeprefix("Etc/")
    return str(get_timezone_name(clock, locale=LOCALES[language]))


def clock_said(clock: tzinfo, moment: datetime | None, language: str) -> str:
    """A clock as people call it, with its distance from UTC at a moment that it shows twice."""
    here = on(moment, clock) if moment and moment.tzinfo else None
    if here is None or not comes_twice(here):
        return _named(clock, language)
    distance = f"{here:%z}"
    return f"{_named(clock, language)} (UTC{distance[:3]}:{distance[3:]})"
