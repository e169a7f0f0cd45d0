"""Every periodic job in one table, and the modules whose long work the worker can do."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from kam.jobs.periodic import Periodic

# Imported by the worker only: they may stand on libraries that the web process does without.
WORK_MODULES = ("kam.sweeping", "kam.plans.documenting", "kam.importing.starting")


async def settle_deadlines(now: datetime) -> None:
    from kam.workflow import deadlines

    await deadlines.settle(now)


async def sweep(now: datetime) -> None:
    from kam import sweeping

    await sweeping.sweep(now)


async def forget_sessions(now: datetime) -> None:
    from kam.people import forgetting
    from kam.records import keys

    await forgetting.forget_expired(now)
    await keys.forget_old(now)


async def clear_away(now: datetime) -> None:
    from kam.keeping import clearing, times

    await clearing.clear(now, times.in_force())


async def seal_history(now: datetime) -> None:
    from kam.history import sealing

    await sealing.seal(now)


SCHEDULE = (
    Periodic("settle_deadlines", "* * * * *", settle_deadlines),
    Periodic("sweep", "15 2 * * *", sweep),
    Periodic("seal_history", "35 * * * *", seal_history),
    Periodic("forget_sessions", "40 3 * * *", forget_sessions),
    Periodic("clear_away", "10 4 * * *", clear_away),
)


def load_work() -> None:
    """Lets every module declare the kinds of long work it does."""
    for module in WORK_MODULES:
        import_module(module)
