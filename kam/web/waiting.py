"""The navigation, and the small numbers beside it that say where something waits."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg
import structlog

from kam.database.engine import DB
from kam.language import N_
from kam.people.sessions import SignedIn
from kam.people.viewer import Viewer

KEPT_SECONDS = 20.0
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


NAVIGATION: tuple[Place, ...] = (
    Place("/", N_("Desk"), icon="inbox", counts="desk"),
    Place("/portfolio", N_("Portfolio"), icon="layout-grid"),
    Place("/customers", N_("Customers"), icon="building-complex"),
    Place("/plans", N_("Plans"), icon="target"),
    Place("/approvals", N_("Approvals"), icon="stamp", counts="approvals"),
    Place("/warnings", N_("Warnings"), icon="triangle-alert", counts="warnings"),
    Place("/opportunities", N_("Opportunities"), icon="trending-up", group=N_("Sales")),
    Place("/orders", N_("Orders"), icon="receipt-text", group=N_("Sales")),
    Place("/products", N_("Products"), icon="package", group=N_("Sales")),
    Place("/cases", N_("Cases"), icon="life-buoy", counts="cases", group=N_("Service")),
    Place("/workflows", N_("Workflows"), icon="workflow", group=N_("Set-up")),
    Place("/imports", N_("Import"), icon="file-up", ability="import", group=N_("Set-up")),
    Place("/people", N_("People"), icon="users", within=("/teams",), group=N_("Set-up")),
    Place("/settings", N_("Settings"), icon="settings", group=N_("Set-up")),
)

Counter = Callable[[Viewer], Awaitable[int]]
COUNTERS: dict[str, Counter] = {}


def counts(name: str) -> Callable[[Counter], Counter]:
    """Registers how many things wait behind one entry of the navigation: desk, approvals, warnings or cases."""

    def register(counter: Counter) -> Counter:
        COUNTERS[name] = counter
        return counter

    return register


async def refresh(signed_in: SignedIn) -> None:
    """Counts again when the last count is older than `KEPT_SECONDS`; a change by this person sets it back to zero."""
    if not COUNTERS or time.monotonic() - signed_in.waiting_at < KEPT_SECONDS:
        return
    signed_in.waiting_at = time.monotonic()
    signed_in.waiting = {name: await _counted(name, counter, signed_in.viewer) for name, counter in COUNTERS.items()}


async def _counted(name: str, counter: Counter, viewer: Viewer) -> int:
    """A number beside a menu entry must not take the whole page down with it."""
    try:
        async with DB.transaction():
            return await counter(viewer)
    except (asyncpg.SyntaxOrAccessError, asyncpg.DataError, ArithmeticError, LookupError) as error:
        log.error("not counted", counter=name, error=repr(error))
        return 0
