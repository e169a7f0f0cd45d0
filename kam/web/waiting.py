"""The navigation, and the small numbers beside it that say where something waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context
from dataclasses import dataclass, field
from functools import cache

import structlog

from kam.database.refusals import sentence
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import catalogue
from kam.records.kind import Kind
from kam.records.sharing import linked_by

KEPT_SECONDS = 20.0
PATIENCE_SECONDS = 0.1
GIVEN_UP_SECONDS = 5.0
MOST = 5000
log = structlog.get_logger()


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; `within` are the addresses below which it is the current one."""

    path: str
    title: str
    icon: str
    counts: str = ""
    within: tuple[str, ...] = ()
    ability: str = ""
    group: str = ""

    def is_current(self, path: str) -> bool:
        if self.path == "/":
            return path == "/"
        return any(path == start or path.startswith(start + "/") for start in (self.path, *self.within))


_PLACES: tuple[Place, ...] = (
    Place("/", N_("Desk"), icon="inbox", counts="desk"),
    Place("/portfolio", N_("Portfolio"), icon="layout-grid"),
    Place("/customers", N_("Customers"), icon="building-complex"),
    Place("/plans", N_("Plans"), icon="target"),
    Place("/approvals", N_("Approvals"), icon="stamp", counts="approvals"),
    Place("/warnings", N_("Warnings"), icon="triangle-alert", counts="warnings"),
    Place("/workflows", N_("Workflows"), icon="workflow", group=N_("Set-up")),
    Place("/imports", N_("Import"), icon="file-up", ability="import", group=N_("Set-up")),
    Place("/people", N_("People"), icon="users", within=("/teams",), group=N_("Set-up")),
    Place("/storage", N_("Storage"), icon="hard-drive", ability="manage_storage", group=N_("Set-up")),
    Place("/settings", N_("Settings"), icon="settings", group=N_("Set-up")),
)


def navigation() -> tuple[Place, ...]:
    """The places, and those of the other kinds of record at the end of their groups; the settings stay last."""
    return _with_kinds(tuple(catalogue.current().values()))


@cache
def _with_kinds(kinds: tuple[Kind, ...]) -> tuple[Place, ...]:
    placed = {place.path for place in _PLACES}
    own = [
        Place(f"/{kind.path}", kind.titles, icon=kind.icon, counts=kind.path, ability=kind.sees, group=kind.group)
        for kind in kinds
        if f"/{kind.path}" not in placed and linked_by(kind) is None  # links are on the pages of what they are of
    ]
    groups = list(dict.fromkeys(place.group for place in (*_PLACES, *own)))
    groups.append(groups.pop(groups.index(_PLACES[-1].group)))
    return tuple(sorted((*_PLACES, *own), key=lambda place: groups.index(place.group)))


Counter = Callable[[Viewer], Awaitable[int]]
COUNTERS: dict[str, Counter] = {}


def counts(name: str) -> Callable[[Counter], Counter]:
    """Registers how many things wait behind one entry of the navigation: desk, approvals, warnings, or a kind of
    record by its path."""

    def register(counter: Counter) -> Counter:
        COUNTERS[name] = counter
        return counter

    return register


@dataclass
class Known:
    """What was last counted for one viewer, when (on the monotonic clock), and the count that is under way.

    A number is None while its counter has done nothing but fail, which is not the same as nothing waiting.
    """

    numbers: dict[str, int | None] = field(default_factory=dict)
    at: float = -KEPT_SECONDS
    counting: asyncio.Task[None] | None = None


_KNOWN: dict[Hashable, Known] = {}
_AT_ONCE = asyncio.Semaphore(3)  # of the pool's connections; the others are for pages


async def numbers(viewer: Viewer, *, changed: bool = False) -> dict[str, int | None]:
    """The last known numbers. When they are old, counting begins in the background and the page does not wait for it.

    Only when nothing is known yet, or the viewer has just `changed` something and looks for the effect, the page gives
    the count `PATIENCE_SECONDS`; a slow counter costs no more, and its number comes with a later page. What could not
    be counted so far is None.
    """
    known = _known(viewer)
    if changed or time.monotonic() - known.at > KEPT_SECONDS:
        counting = _begin(known, viewer)
        if changed or not known.numbers:
            await asyncio.wait({counting}, timeout=PATIENCE_SECONDS)
    return {name: known.numbers[name] for name in COUNTERS if name in known.numbers}


def stop() -> None:
    """Nothing is counted any more: the process ends."""
    for known in _KNOWN.values():
        if known.counting:
            known.counting.cancel()
    _KNOWN.clear()


def _known(viewer: Viewer) -> Known:
    """By all that decides what a viewer sees, so that nobody keeps the numbers of a team that they have left."""
    key = (viewer.id, viewer.role, viewer.teams, viewer.accounts)
    if key not in _KNOWN and len(_KNOWN) >= MOST:
        stop()
    return _KNOWN.setdefault(key, Known())


def _begin(known: Known, viewer: Viewer) -> asyncio.Task[None]:
    """In a context of its own: a count belongs to no request and joins nobody's transaction."""
    if known.counting:
        known.counting.cancel()
    known.at = time.monotonic()
    known.counting = asyncio.create_task(_count(known, viewer), context=Context())
    return known.counting


async def _count(known: Known, viewer: Viewer) -> None:
    await asyncio.gather(*(_count_one(known, name, counter, viewer) for name, counter in COUNTERS.items()))


async def _count_one(known: Known, name: str, counter: Counter, viewer: Viewer) -> None:
    """A counter that fails or takes too long leaves its last number standing, and the others go on."""
    try:
        async with _AT_ONCE, asyncio.timeout(GIVEN_UP_SECONDS):
            known.numbers[name] = await counter(viewer)
    except Exception as failure:  # a counter is code of any slice: whatever is wrong with it, the others go on
        log.error("not counted", counter=name, exc_info=None if sentence(failure) else failure, error=repr(failure))
        known.numbers.setdefault(name, None)
