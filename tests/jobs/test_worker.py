"""Jobs happen once: with two workers, after a worker was killed, and together with what asked for them."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import asyncpg
import pytest

from kam.database import embedded, postmaster, roles
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.database.refusals import GONE
from kam.jobs.asking import ask, cancel
from kam.settings import Settings
from kam.starting import started
from tests.children.test_keeping import is_gone
from tests.server import FOLDER, as_owner, drop_table, make_table

pytestmark = pytest.mark.slow
NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
async def queue(database):
    """A committed queue, since other processes must see it; cleared afterwards."""
    await make_table("noted", "what text, pid int, at timestamptz DEFAULT now()")
    yield database
    await drop_table("noted")
    async with as_owner():
        queues = "procrastinate_jobs, procrastinate_workers, work, hold, periodic_run"
        await DB.execute(f"TRUNCATE {queues} CASCADE")


@contextmanager
def workers(url, count, **extra):
    environment = os.environ | {"KAM_DATABASE_URL": url, "KAM_WORKER_SILENCE": "2"} | extra
    command = [sys.executable, "-m", "tests.jobs.worker_process"]
    running = [subprocess.Popen(command, env=environment) for _ in range(count)]
    try:
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)


async def until(question, *args, seconds=25):
    for _ in range(seconds * 10):
        if answer := await DB.fetchval(question, *args):
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError(f"It did not come true within {seconds} s: {question}")


async def test_every_job_is_done_once_by_two_workers(queue):
    with workers(queue, 2):
        await until("SELECT count(*) = 2 FROM procrastinate_workers")
        asked = [await ask("note", title="Note", by=None, input={"what": str(n)}, now=NOW) for n in range(40)]
        await until("SELECT count(*) = 40 FROM work WHERE state = 'done'")
        assert await DB.fetchval("SELECT count(*) FROM noted WHERE what NOT LIKE 'tick%'") == 40
        assert await DB.fetchval("SELECT count(DISTINCT pid) FROM noted") == 2
        await until("SELECT count(*) > 0 FROM noted WHERE what LIKE 'tick%'")
        assert (
            await DB.fetchval(
                "SELECT max(n) FROM (SELECT count(*) n FROM noted WHERE what LIKE 'tick%' GROUP BY what) t"
            )
            == 1
        )
    assert '"noted": "0"' in await DB.fetchval("SELECT result FROM work WHERE id = $1", asked[0])


async def test_a_job_whose_worker_is_killed_is_taken_over_and_ends_once(queue):
    await ask("slow", title="Slow", by=None, now=NOW)
    with workers(queue, 1) as running:
        await until("SELECT true FROM noted WHERE what = 'slow begun'")
        await until("SELECT true FROM work WHERE done > 0 AND total = 100 AND message = 'counting'")
        os.kill(running[0].pid, signal.SIGKILL)
        running[0].wait()
    with workers(queue, 2, QUICK="1"):
        await until("SELECT true FROM work WHERE state = 'done'")
    assert await DB.fetchval("SELECT count(*) FROM noted WHERE what = 'slow begun'") == 2
    assert await DB.fetchval("SELECT count(*) FROM noted WHERE what = 'slow ended'") == 1


async def test_a_worker_that_lives_goes_on_with_its_work_though_its_signs_of_life_are_lost(queue):
    work = await ask("slow", title="Slow", by=None, now=NOW)
    async with silenced():
        with workers(queue, 1):
            await until("SELECT true FROM work WHERE id = $1 AND state IN ('done', 'failed')", work)
    assert await DB.fetchval("SELECT state FROM work WHERE id = $1", work) == "done"
    assert await DB.fetchval("SELECT count(*) FROM noted WHERE what = 'slow ended'") == 1


@asynccontextmanager
async def silenced():
    """No worker's sign of life arrives."""
    async with as_owner():
        await DB.execute("CREATE RULE silent AS ON UPDATE TO procrastinate_workers DO INSTEAD NOTHING")
    try:
        yield
    finally:
        async with as_owner():
            await DB.execute("DROP RULE silent ON procrastinate_workers")


async def test_what_is_cut_off_when_a_worker_is_told_to_end_is_done_by_the_next(queue):
    work = await ask("slow", title="Slow", by=None, now=NOW)
    with workers(queue, 1, GRACE="1"):
        await until("SELECT true FROM work WHERE done > 0")
    assert await DB.fetchval("SELECT state FROM work WHERE id = $1", work) == "running"
    with workers(queue, 1, QUICK="1"):
        await until("SELECT true FROM work WHERE id = $1 AND state = 'done'", work)
    assert await DB.fetchval("SELECT count(*) FROM noted WHERE what = 'slow ended'") == 1


async def test_a_worker_lives_on_when_the_database_is_started_anew():
    """What it did then was lost with the connection, and is done again."""
    with new_folder() as data, embedded.kept(data) as server, DB.set_aside():
        async with started(Settings(data=data), pool=2, prepare=True):
            await own(server, "CREATE TABLE noted (what text, pid int); GRANT ALL ON noted TO kam_serving")
            with workers(server.url, 1) as (worker,):
                work = await ask("slow", title="Slow", by=None, now=NOW)
                await until("SELECT true FROM work WHERE id = $1 AND done > 0", work)
                os.kill(postmaster.running(data).pid, signal.SIGKILL)
                await until_again("SELECT true FROM work WHERE id = $1 AND state = 'done'", work)
                another = await ask("note", title="Note", by=None, input={"what": "slow too"}, now=NOW)
                await until("SELECT true FROM work WHERE id = $1 AND state = 'done'", another, seconds=60)
                assert worker.poll() is None
                assert await DB.fetchval("SELECT count(DISTINCT pid) FROM noted WHERE what LIKE 'slow %'") == 1


@contextmanager
def new_folder():
    folder = Path(tempfile.mkdtemp(prefix="kam-worker-"))
    folder.chmod(0o755)
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def own(server, sql):
    link = await asyncpg.connect(**server.reached_by(roles.OWNER))
    await link.execute(sql)
    await link.close()


async def until_again(question, *args):
    """Though nobody answers for a while."""
    for _ in range(60):
        with suppress(*GONE):
            return await until(question, *args, seconds=60)
        await asyncio.sleep(0.5)


async def test_running_work_stops_when_cancelled_and_a_fault_is_told_without_its_details(queue):
    me = new_id()
    slow = await ask("slow", title="Slow", by=me, now=NOW)
    broken = await ask("broken", title="Broken", by=me, now=NOW)
    unknown = await ask("no such kind", title="Unknown", by=me, now=NOW)
    with workers(queue, 1):
        await until("SELECT true FROM work WHERE id = $1 AND state = 'running'", slow)
        assert not await cancel(slow, by=new_id(), now=NOW)
        assert await cancel(slow, by=me, now=NOW)
        await until("SELECT true FROM work WHERE id = $1 AND state = 'cancelled'", slow)
        await until("SELECT true FROM work WHERE id = $1 AND state = 'failed'", broken)
        await until("SELECT true FROM work WHERE id = $1 AND state = 'failed'", unknown)
    assert "a fault in the code" not in await DB.fetchval("SELECT message FROM work WHERE id = $1", broken)
    assert "no such kind" in await DB.fetchval("SELECT message FROM work WHERE id = $1", unknown)


async def test_a_job_and_the_change_that_asks_for_it_are_kept_or_dropped_together(queue):
    async def ask_and_fail():
        async with DB.transaction():
            await ask("note", title="Note", by=None, input={"what": "never"}, now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await ask_and_fail()
    assert await DB.fetchval("SELECT count(*) FROM procrastinate_jobs") == 0
    assert await DB.fetchval("SELECT count(*) FROM work") == 0


async def test_work_that_has_not_begun_is_cancelled_at_once(queue):
    me = new_id()
    work = await ask("note", title="Note", by=me, input={"what": "never"}, now=NOW)
    assert await cancel(work, by=me, now=NOW)
    assert await DB.fetchval("SELECT state FROM work WHERE id = $1", work) == "cancelled"
    with workers(queue, 1):
        await until(
            "SELECT count(*) = 0 FROM procrastinate_jobs WHERE task_name = 'long_work' AND status <> 'succeeded'"
        )
    assert await DB.fetchval("SELECT count(*) FROM noted WHERE what = 'never'") == 0


async def test_as_many_jobs_as_a_worker_takes_at_once_do_not_wait_for_each_other_inside_their_transactions(queue):
    for number in range(4):
        await ask("gather", title="Together", by=None, input={"what": str(number), "others": 4}, now=NOW)
    with workers(queue, 1):
        await until("SELECT count(*) = 4 FROM work WHERE state = 'done'")


async def test_what_runs_by_the_clock_has_slots_of_its_own_while_long_works_hang(queue):
    for number in range(8):
        await ask("sleep", title="Hangs", by=None, input={"seconds": "8", "number": number}, now=NOW)
    with workers(queue, 1):
        await until("SELECT count(*) = 4 FROM noted WHERE what = 'sleep begun'")
        await until("SELECT true FROM noted WHERE what LIKE 'tick%'", seconds=5)
        assert await DB.fetchval("SELECT count(*) FROM work WHERE state = 'running'") == 4


async def test_a_first_host_that_takes_connections_and_says_nothing_holds_up_no_job(queue):
    said = parse_qs(urlsplit(queue).query)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hosts = {"host": f"127.0.0.1,{said['host'][0]}", "port": f"{silent.getsockname()[1]},{said['port'][0]}"}
        await ask("note", title="Note", by=None, input={"what": "heard"}, now=NOW)
        with workers(f"{queue.partition('?')[0]}?{urlencode(hosts)}", 1):
            await until("SELECT true FROM noted WHERE what = 'heard'")


async def test_a_document_that_hangs_is_cancelled_at_once(queue, tmp_path):
    me, begun = new_id(), tmp_path / "begun"
    work = await ask("draw hanging", title="PDF", by=me, input={"begun": str(begun)}, now=NOW)
    with workers(queue, 1, KAM_DATA=FOLDER):
        while not begun.exists() or not begun.read_text():  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.1)
        assert await cancel(work, by=me, now=NOW)
        await until("SELECT true FROM work WHERE id = $1 AND state = 'cancelled'", work, seconds=2)
        assert await is_gone(int(begun.read_text()))


async def test_a_document_that_hangs_ends_with_the_worker(queue, tmp_path):
    begun = tmp_path / "begun"
    await ask("draw hanging", title="PDF", by=None, input={"begun": str(begun)}, now=NOW)
    with workers(queue, 1, KAM_DATA=FOLDER) as running:
        while not begun.exists() or not begun.read_text():  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.1)
        os.kill(running[0].pid, signal.SIGKILL)
        running[0].wait()
        assert await is_gone(int(begun.read_text()))
