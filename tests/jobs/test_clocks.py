"""Real workers on a real database while clocks are set: of a machine, of one of two, and of the database alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest

from kam.database import cluster, embedded, roles
from kam.database.binaries import find_binaries
from kam.database.engine import DB
from kam.database.identity import choose_identity
from kam.jobs.asking import ask
from kam.jobs.clockwork import moment
from kam.schedule import SCHEDULE
from kam.settings import Settings
from kam.starting import started
from kam.workflow.history import steps
from kam.workflow.options import instance_of
from tests.cast import assemble
from tests.faking import Clock, needs_faketime
from tests.stepping import advance
from tests.test_serving import free_port

pytestmark = [pytest.mark.slow, needs_faketime]
ROOT = Path(__file__).parents[2]
BEGIN = datetime(2028, 2, 28, 23, 50, 20, tzinfo=UTC)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
LOOKS = 2.5  # seconds within which every worker has looked at its clock
APART = timedelta(seconds=70)  # between the clocks of two machines

_WRITE_DOWN = """
CREATE TABLE ran (number serial, name text, slot timestamptz);
CREATE TABLE noted (what text, pid int, at timestamptz DEFAULT now());
CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
    'BEGIN INSERT INTO ran (name, slot) VALUES (NEW.name, NEW.slot); RETURN NEW; END';
CREATE TRIGGER written_down AFTER INSERT OR UPDATE OF slot ON periodic_run FOR EACH ROW
    WHEN (NEW.slot IS NOT NULL) EXECUTE FUNCTION write_down();
GRANT ALL ON noted TO kam_serving
"""


class World:
    """A database and two machines, each with a clock of its own; `ran` is what was done by the clock."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.data = folder / "data"
        self.database = Clock(folder, "database", now)
        self.machines = [Clock(folder, "one", now), Clock(folder, "two", now + APART)]
        self.running: list[subprocess.Popen[bytes]] = []

    def set(self, now: datetime) -> None:
        for clock, apart in ((self.database, timedelta()), *zip(self.machines, (timedelta(), APART), strict=True)):
            clock.set(now + apart)

    def start(self, *command: str, clock: Clock, **extra: str) -> subprocess.Popen[bytes]:
        kept = {**os.environ, "KAM_DATA": str(self.data), "PYTHONPATH": str(ROOT), "TZ": "Europe/Berlin"}
        kept |= {"KAM_WORKER_SILENCE": "3"} | clock.environment | extra
        self.running.append(subprocess.Popen([sys.executable, "-m", *command], env=kept, cwd=ROOT))
        return self.running[-1]

    def end(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()

    async def ran(self) -> dict[str, list[datetime]]:
        """By the name of each job, the moments that were done, in the order in which they were."""
        found: dict[str, list[datetime]] = {}
        for row in await self.control.fetch("SELECT name, slot FROM ran ORDER BY number"):
            found.setdefault(row["name"], []).append(row["slot"])
        return found

    async def forget(self) -> None:
        await self.control.execute("TRUNCATE ran")


@pytest.fixture
async def world():
    folder = Path(tempfile.mkdtemp(prefix="kam-clocks-"))
    os.chmod(folder, 0o755)
    made = World(folder, BEGIN)
    made.data.mkdir(mode=0o700)
    real = find_binaries(made.data, None, choose_identity(made.data))
    settings = Settings(data=made.data, pg_bin=made.database.programs(real))
    try:
        with DB.set_aside():
            async with started(settings, pool=4, prepare=True):
                made.control = await asyncpg.connect(**superuser())
                await made.control.execute(_WRITE_DOWN)
                assert abs(await DB.fetchval("SELECT now()") - BEGIN) < timedelta(minutes=2)
                yield made
                made.end()
                await made.control.close()
    finally:
        made.end()
        cluster.stop(made.data)
        shutil.rmtree(folder, ignore_errors=True)


def superuser():
    return embedded.Server(DB.config["host"], DB.config["port"]).reached_by(roles.SUPERUSER)


async def until(true, seconds=40):
    deadline = time.monotonic() + seconds
    while not await true():
        assert time.monotonic() < deadline, f"It did not come true within {seconds} s"
        await asyncio.sleep(0.1)


async def at(world, now, due):
    """Sets all clocks; what is due by then is done, once, and nothing else but what comes due meanwhile."""
    await world.forget()
    world.set(now)
    expected = {job.name: moment(job.cron, now) for job in SCHEDULE if job.name in due}

    async def all_done():
        ran = await world.ran()
        return all(name in ran and max(ran[name]) >= slot for name, slot in expected.items())

    try:
        await until(all_done)
    except AssertionError as failure:
        raise AssertionError(f"At {now}, due {expected}, done {await world.ran()}") from failure
    await asyncio.sleep(LOOKS)
    ran = await world.ran()
    assert set(ran) == due, f"At {now}"
    for name, slots in ran.items():
        assert slots == sorted(set(slots)), f"At {now} {name} was done twice, or went back: {slots}"
        assert slots[0] >= expected[name] and slots[-1] <= world.machines[1]()


EVERY = {job.name for job in SCHEDULE}
NIGHT = {"settle_deadlines", "seal_history", "sweep"}


async def watch(now):
    """A customer on watch, which ends by itself after 90 or 120 days."""
    cast = await assemble(now)
    instance = (await instance_of("early_warning", cast.acme)).id
    await advance(instance, "warn", by=cast.alice, now=now, comment="Rumours")
    return instance


async def ended(instance):
    """How often the watch has ended by itself."""
    return [step.trigger in ("watch_calm", "watch_too_long") for step in await steps(instance)].count(True)


async def days_of_facts():
    return {row["as_of"] for row in await DB.fetch("SELECT as_of FROM customer_fact")}


async def test_what_runs_by_the_clock_runs_once_whatever_the_clock_does(world):
    """Over leap day, three days asleep, years ahead, and back by a day and by years."""
    instance = await watch(BEGIN)
    for clock in world.machines:
        world.start("kam", "work", clock=clock)
    await at(world, BEGIN, EVERY)
    leap_day = datetime(2028, 2, 29, 2, 16, 5, tzinfo=UTC)
    await at(world, leap_day, NIGHT)
    await at(world, leap_day + 3 * DAY, EVERY)
    assert await ended(instance) == 0
    await at(world, leap_day + 9 * YEAR, EVERY)
    assert await ended(instance) == 1
    assert await days_of_facts() == {(leap_day + 9 * YEAR).date()}
    await at(world, leap_day + 2 * DAY, EVERY)
    assert await days_of_facts() == {(leap_day + 2 * DAY).date()}
    assert await ended(instance) == 1


@pytest.mark.long
async def test_over_summer_time_and_at_random_nothing_is_done_twice_and_nothing_stops(world):
    """The seed is printed; each jump is followed by a night, which is swept. One machine serves pages too."""
    instance = await watch(BEGIN)
    port = free_port()
    world.start("kam", "serve", "--port", str(port), "--workers", "1", clock=world.machines[0])
    world.start("kam", "work", clock=world.machines[1])
    await at(world, BEGIN, EVERY)
    seed = int(os.environ.get("KAM_TEST_SEED", random.randrange(10_000)))
    print(f"KAM_TEST_SEED={seed}")
    chance = random.Random(seed)
    for place in ("2029-03-25", "2029-10-28", "2030-03-31", "2032-02-29"):  # by Berlin's clock, and a leap day
        before = datetime.fromisoformat(f"{place}T00:50:05+00:00")
        await at(world, before, EVERY)
        await at(world, before + timedelta(minutes=12), {"settle_deadlines"})
        await at(world, before + timedelta(minutes=90), NIGHT)
        await at(world, before + timedelta(minutes=30), NIGHT)
    for _ in range(12):
        jump = timedelta(days=chance.choice([-3000, -366, -30, -3, 3, 40, 366, 3000]), minutes=chance.randrange(1440))
        now = (world.database() + jump).replace(hour=12, minute=20, second=5)
        await at(world, now, EVERY)
        await at(world, (now + DAY).replace(hour=2, minute=16), NIGHT)
        assert await days_of_facts() == {(now + DAY).date()}
        for page in ("/sign-in", "/readyz"):
            assert (await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{port}{page}")).status_code == 200
    assert await ended(instance) <= 1


async def noted(what):
    return await DB.fetchval("SELECT count(*) FROM noted WHERE what = $1", what)


async def has_begun_again():
    return await noted("slow begun") == 2


def state_of(work, state):
    async def is_it():
        return await DB.fetchval("SELECT state FROM work WHERE id = $1", work) == state

    return is_it


async def test_work_stays_with_the_living_and_goes_from_the_dead_whatever_the_clock_of_the_database_does(world):
    one, _ = world.machines
    one.move(YEAR)  # and that of the machine is wrong by a year all the time
    first = world.start("tests.jobs.worker_process", clock=one)
    work = await ask("slow", title="Slow", by=None, now=BEGIN)
    await until(state_of(work, "running"))
    world.database.move(2 * DAY)
    second = world.start("tests.jobs.worker_process", clock=one, QUICK="1")
    await asyncio.sleep(4)
    world.database.move(-YEAR)
    await until(state_of(work, "done"))
    assert (await noted("slow begun"), await noted("slow ended")) == (1, 1)

    second.terminate()
    second.wait(20)
    work = await ask("slow", title="Slow", by=None, now=BEGIN)
    await until(has_begun_again)
    os.kill(first.pid, signal.SIGKILL)
    world.database.move(-2 * DAY)
    world.start("tests.jobs.worker_process", clock=one, QUICK="1")
    await until(state_of(work, "done"))
    assert (await noted("slow begun"), await noted("slow ended")) == (3, 2)

    work = await ask("lost", title="Lost", by=None, now=BEGIN)
    await until(state_of(work, "done"))
    assert await noted("lost ended") == 1
