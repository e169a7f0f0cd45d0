"""Everything that can be found wrong before somebody runs into it: files, migrations, history and fonts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from asyncpg import InsufficientPrivilegeError

from kam import clock
from kam.database import protections
from kam.database.connecting import connected
from kam.database.engine import DB
from kam.database.migrating import pending, require_known
from kam.errors import DomainError, Unavailable
from kam.jobs.clockwork import APART
from kam.jobs.last_runs import SWEEP, LastRun, last_runs
from kam.jobs.periodic import Periodic
from kam.schedule import SCHEDULE
from kam.settings import Settings


@dataclass(slots=True)
class Checked:
    """Sentences: `faults` are to be mended, `remarks` are worth knowing."""

    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


async def check_all(settings: Settings) -> Checked:
    checked = Checked(check_workflows() + check_fonts(settings))
    try:
        async with connected(settings, pool=2):
            checked.faults += await check_database()
            checked.remarks += await protections.remarks() + await check_machines()
    except Unavailable as refusal:
        checked.faults.append(str(refusal))
    return checked


async def check_database() -> list[str]:
    """What is wrong with rights may keep all the rest from being looked at."""
    try:
        await require_known()
        waiting = await pending()
        if waiting:
            return [f"The database waits for migrations ({len(waiting)}); `kam serve` applies them."]
        return [
            *await protections.faults(),
            *await check_kinds(),
            *await check_standing(),
            *await check_history(),
            *await check_clock(clock.now()),
        ]
    except InsufficientPrivilegeError:
        return await protections.faults()


async def check_clock(now: datetime) -> list[str]:
    """Our clock and the database's, if they differ; jobs that failed last, or whose last good run is too far away."""
    return await _check_agreement(now) + await _check_jobs(now)


async def _check_agreement(now: datetime) -> list[str]:
    theirs: datetime = await DB.fetchval("SELECT clock_timestamp()")
    if abs(theirs - now) <= APART:
        return []
    return [
        f"The clock of this machine ({now:%Y-%m-%d %H:%M:%S} UTC) and that of the database ({theirs:%Y-%m-%d %H:%M:%S} "
        "UTC) differ, so deadlines and facts come too early or too late. Let a time server set both."
    ]


async def _check_jobs(now: datetime) -> list[str]:
    runs = await last_runs(*(job.name for job in SCHEDULE))
    return [
        f"“{job.name}”, which runs by the clock ({job.cron} UTC), last ran well {_when(runs[job.name])}. "
        + (runs[job.name].fault or "A running worker makes up for it: start `kam serve` or `kam work`.")
        for job in SCHEDULE
        if runs[job.name].fault or (_is_watched(job, runs[job.name]) and runs[job.name].is_old(now))
    ]


def _when(run: LastRun) -> str:
    return f"at {run.good_at:%Y-%m-%d %H:%M} UTC" if run.good_at else "never"


def _is_watched(job: Periodic, run: LastRun) -> bool:
    """What runs by the day; the others stand still whenever kam does. Of those that never ran only the sweep is missed,
    by which figures stand: a backup that was just brought in has had no night yet."""
    return "* * * *" not in job.cron and (run.good_at is not None or job.name == SWEEP)


async def check_standing() -> list[str]:
    """Records in states of which the workflow files say nothing."""
    from kam.workflow import registry, renaming

    workflows = registry.in_force()
    return [str(one) for one in await renaming.stuck(workflows)] if workflows else []


async def check_kinds() -> list[str]:
    """Kinds of record for which the database lacks something."""
    from kam.kinds import KINDS
    from kam.records import standing

    return await standing.faults(KINDS)


async def check_machines() -> list[str]:
    """Others that act on the same database by another version or by other workflow files, and too many connections."""
    from kam.jobs import crowding, machines
    from kam.workflow import registry

    workflows = registry.in_force()
    if workflows is None or not await DB.fetchval("SELECT to_regclass('machine') IS NOT NULL"):
        return []
    crowded = await crowding.crowd()
    return [str(one) for one in await machines.others(workflows)] + ([str(crowded)] if crowded else [])


def check_workflows() -> list[str]:
    from kam.starting import put_in_force

    try:
        put_in_force()
    except DomainError as refusal:
        return str(refusal).splitlines()
    return []


def check_fonts(settings: Settings) -> list[str]:
    from kam.documents import fonts

    try:
        fonts.prepare(settings.data)
    except DomainError as refusal:
        return [str(refusal)]
    return []


async def check_history() -> list[str]:
    from kam.verifying import verify
    from kam.workflow import registry

    if registry.in_force() is None:
        return []
    return [f"{fault} Restore it from a backup." for fault in (await verify()).faults]
