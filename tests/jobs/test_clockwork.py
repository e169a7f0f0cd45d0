"""What runs by the clock, under clocks that jump, machines that sleep and databases that go away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kam.database.engine import DB
from kam.jobs import clockwork
from kam.jobs.asking import ask, cancel
from kam.jobs.clockwork import moment, run_if_due
from kam.jobs.ending import LOST, end, end_lost
from kam.jobs.holding import LostHold, alone
from kam.jobs.performing import perform
from kam.jobs.periodic import Periodic
from kam.jobs.tasks import LONG_WORK
from tests.server import as_owner

NIGHT = datetime(2026, 6, 15, 2, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def kept(database):
    """Holds are seen by others at once, so these tests write for good and clear away."""
    yield DB
    async with as_owner():
        await DB.execute("TRUNCATE hold, periodic_run, work, procrastinate_jobs CASCADE")


@pytest.fixture
def ran():
    return []


@pytest.fixture
def sweep(ran):
    async def note(now):
        ran.append(now)

    return Periodic("sweep", "15 2 * * *", note)


@pytest.fixture
def minutely(ran):
    async def note(now):
        ran.append(now)

    return Periodic("deadlines", "* * * * *", note)


def test_the_moment_is_the_last_one_that_is_not_ahead():
    assert moment("15 2 * * *", NIGHT) == NIGHT
    assert moment("15 2 * * *", NIGHT - timedelta(microseconds=1)) == NIGHT - timedelta(days=1)
    assert moment("15 2 * * *", NIGHT + timedelta(hours=20, microseconds=5)) == NIGHT
    assert moment("* * * * *", datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)).day == 29


async def test_a_night_is_swept_once(kept, sweep, ran):
    clock = Clock(NIGHT)
    assert await run_if_due(sweep, clock)
    for hours in (1, 5, 23):
        clock.now = NIGHT + timedelta(hours=hours)
        assert not await run_if_due(sweep, clock)
    clock.now = NIGHT + timedelta(days=1, seconds=2)
    assert await run_if_due(sweep, clock)
    assert len(ran) == 2


async def test_a_machine_that_was_off_at_that_time_makes_up_for_it_once_after_the_start(kept, sweep, ran):
    await run_if_due(sweep, Clock(NIGHT))
    later = Clock(NIGHT + timedelta(days=3, hours=6))
    assert await run_if_due(sweep, later)
    assert not await run_if_due(sweep, later)
    assert len(ran) == 2


async def test_three_days_asleep_are_not_run_minute_by_minute(kept, minutely, ran):
    await run_if_due(minutely, Clock(NIGHT))
    clock = Clock(NIGHT + timedelta(days=3))
    for second in range(30):
        clock.now = NIGHT + timedelta(days=3, seconds=second)
        await run_if_due(minutely, clock)
    assert len(ran) == 2


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
async def test_a_clock_that_is_set_back_stops_nothing(kept, sweep, minutely, ran, back):
    clock = Clock(NIGHT)
    await run_if_due(minutely, clock)
    await run_if_due(sweep, clock)
    ran.clear()
    clock.now = NIGHT - back
    for _ in range(3):
        await run_if_due(minutely, clock)
        clock.now += MINUTE
    assert len(ran) == 3
    ran.clear()
    clock.now = NIGHT - back
    assert await run_if_due(sweep, clock)
    clock.now += timedelta(days=1)
    assert await run_if_due(sweep, clock)
    assert len(ran) == 2


async def test_a_run_that_breaks_is_tried_again_and_the_fault_is_written_down(kept, ran, monkeypatch):
    monkeypatch.setattr(clockwork, "growing_pauses", lambda _longest: iter([0.05] * 9))
    monkeypatch.setattr(clockwork, "_LOOK", 0.05)

    async def breaks(now):
        ran.append(now)
        if len(ran) < 3:
            raise ConnectionResetError("the database went away")

    job = Periodic("sweep", "15 2 * * *", breaks)
    running = asyncio.create_task(clockwork.run([job], Clock(NIGHT)))
    async with asyncio.timeout(10):
        while not (row := await DB.fetchrow("SELECT * FROM periodic_run")) or not row["good_at"]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    running.cancel()
    assert len(ran) == 3
    assert (row["fault"], row["slot"]) == ("", NIGHT)


async def test_of_two_workers_one_runs_it(kept, sweep, ran):
    clock = Clock(NIGHT)
    done = await asyncio.gather(*(run_if_due(sweep, clock) for _ in range(4)))
    assert sorted(done) == [False, False, False, True]
    assert len(ran) == 1


async def test_who_holds_a_name_keeps_others_out_until_it_lets_go(kept, monkeypatch):
    monkeypatch.setenv("KAM_WORKER_SILENCE", "1")
    order = []

    async def hold(name, seconds):
        async with alone("thing"):
            order.append(f"{name} in")
            await asyncio.sleep(seconds)
            order.append(f"{name} out")

    await asyncio.gather(hold("a", 2.5), hold("b", 0.1))
    assert order in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])
    assert await DB.fetchval("SELECT count(*) FROM hold") == 0


async def test_the_hold_of_a_dead_worker_is_taken_over(kept, monkeypatch):
    monkeypatch.setenv("KAM_WORKER_SILENCE", "1")
    await DB.execute("INSERT INTO hold (name, holder, beats) VALUES ('thing', new_id(), 7)")
    async with asyncio.timeout(10), alone("thing"):
        assert await DB.fetchval("SELECT beats FROM hold") in (0, 1)


async def test_who_has_lost_the_hold_is_stopped(kept, monkeypatch):
    monkeypatch.setenv("KAM_WORKER_SILENCE", "1")
    with pytest.raises(LostHold):
        async with alone("thing"):
            await DB.execute("UPDATE hold SET holder = new_id()")
            await asyncio.sleep(10)
    assert await DB.fetchval("SELECT count(*) FROM hold") == 1


async def test_a_cancelled_holder_is_cancelled_and_lets_go(kept):
    async def hold():
        async with alone("thing"):
            await asyncio.sleep(10)

    task = asyncio.create_task(hold())
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await DB.fetchval("SELECT count(*) FROM hold") == 0


async def test_work_without_a_living_job_is_found_and_said(kept):
    """As after a connection that broke four times: it stood as running for ever, and could not be cancelled."""
    works = [await ask("note", title=str(n), by=None, input={"n": n}, now=NIGHT) for n in range(4)]
    await DB.execute("UPDATE work SET state = 'running' WHERE id = ANY($1)", works[:3])
    await DB.execute("UPDATE work SET cancel_asked = TRUE WHERE id = $1", works[1])
    lost = [str(work) for work in works[:2]]
    await DB.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE args ->> 'work' = ANY($1)", lost)
    assert await end_lost(NIGHT) == 2
    rows = {row["id"]: (row["state"], row["message"]) for row in await DB.fetch("SELECT * FROM work")}
    assert [rows[work][0] for work in works] == ["failed", "cancelled", "running", "waiting"]
    assert rows[works[0]][1] == LOST
    again = await ask("note", title="0", by=None, input={"n": 0}, now=NIGHT)
    assert again not in works


@pytest.mark.parametrize("kept_first", [True, False])
async def test_work_that_fails_after_it_was_kept_does_not_say_that_nothing_was_changed(kept, monkeypatch, kept_first):
    async def doing(handle):
        if kept_first:
            await handle.settle("facts")
        raise RuntimeError("a fault of ours")

    monkeypatch.setitem(LONG_WORK, "note", doing)
    work = await ask("note", title="Note", by=None, now=NIGHT)
    await perform(work, Clock(NIGHT))
    row = await DB.fetchrow("SELECT state, message FROM work WHERE id = $1", work)
    assert row["state"] == "failed"
    assert ("Nothing was changed" in row["message"]) is not kept_first
    assert ("is done and kept" in row["message"]) is kept_first


async def test_what_has_ended_ends_once(kept):
    work = await ask("note", title="Note", by=None, now=NIGHT)
    await end(work, "done", now=NIGHT, result={"n": 1})
    await end(work, "failed", now=NIGHT, message="too late")
    assert await DB.fetchval("SELECT state FROM work") == "done"
    assert not await cancel(work, by=work, every=True, now=NIGHT)
