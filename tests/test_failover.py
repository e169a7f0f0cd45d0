"""A replica takes over while people read and write: nothing that was acknowledged is lost, and nobody sees a fault."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from kam.database.binaries import find_binaries
from kam.database.connecting import open_pool
from kam.database.engine import DB
from kam.database.identity import choose_identity
from kam.importing import queries
from kam.importing.starting import start
from kam.importing.uploading import upload
from kam.people.sessions import open_session
from kam.starting import put_in_force
from kam.web.cookies import SESSION
from kam.web.csrf import masked, secret_for
from tests.cast import assemble
from tests.replicas import Pair
from tests.test_serving import serving

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
BACK = {"kill": 5.0, "stop": 5.0, "freeze": 15.0}  # seconds after which pages have to be back; silence is noticed late
WITHOUT = 2.0  # seconds without a primary
IMPORTED = 1500
PAGES = ("/customers", "/", "/portfolio", "/readyz")


@dataclass
class Load:
    """What those who read and write have seen: names that were acknowledged, and when a page was put off, and why."""

    port: int
    cookie: str
    owner: str
    kept: list[str] = field(default_factory=list)
    seen: list[tuple[float, int]] = field(default_factory=list)  # when it was answered, and how
    faults: list[str] = field(default_factory=list)
    ending: bool = False

    async def ask(self, browser: httpx.AsyncClient, method: str, page: str, **sent) -> int:
        answer = await browser.request(method, page, **sent)
        status = answer.status_code
        self.seen.append((time.monotonic(), status))
        if status not in (200, 303, 503) or (status == 503 and "retry-after" not in answer.headers):
            self.faults.append(f"{status} of {method} {page}: {answer.text[-900:]}")
        return status

    def answers(self, status: int, since: float) -> list[float]:
        """How long after that moment each such answer came."""
        return [at - since for at, answered in self.seen if answered == status and at > since]

    async def read(self, browser: httpx.AsyncClient, page: str) -> None:
        while not self.ending:
            await self.ask(browser, "GET", page)
            await asyncio.sleep(0.03)

    async def write(self, browser: httpx.AsyncClient) -> None:
        """A form that was put off is sent again as it is, as a person does it."""
        while not self.ending:
            key = str(uuid4())
            sent = {"key": key, "name": f"load {key}", "owner": self.owner, "kind": "organisation", "currency": "EUR"}
            while await self.ask(browser, "POST", "/customers", data=sent) == 503:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
            self.kept.append(sent["name"])
            await asyncio.sleep(0.03)

    @asynccontextmanager
    async def going_on(self):
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}", timeout=30, cookies={SESSION: self.cookie},
            headers={"x-csrf-token": masked(secret_for(self.cookie))},
        ) as browser:  # fmt: skip
            tasks = [asyncio.create_task(self.read(browser, page)) for page in PAGES]
            tasks += [asyncio.create_task(self.write(browser)) for _ in range(3)]
            try:
                yield
            finally:
                self.ending = True
                await asyncio.gather(*tasks)


@pytest.fixture
def pair():
    folder = Path(tempfile.mkdtemp(prefix="kam-failover-"))
    folder.chmod(0o755)
    identity = choose_identity(folder)
    made = Pair(folder, find_binaries(folder, None, identity), identity)
    try:
        yield made
    finally:
        made.end()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def opened(pair):
    with DB.set_aside():
        await open_pool(4, dsn=pair.address("kam_serving"))
        try:
            yield
        finally:
            await DB.close()


async def ask_for_import(alice, number):
    rows = "".join(f"{number}-{row},import {number} {row}\n" for row in range(IMPORTED))
    now = datetime.now(UTC)
    file = await upload("customers", "a.csv", f"id,name\n{rows}".encode(), by=alice, now=now)
    return await start(await queries.find(alice, file), dry_run=False, by=alice, now=now)


async def until(question, *args, seconds=60):
    deadline = time.monotonic() + seconds
    while not await DB.fetchval(question, *args):
        assert time.monotonic() < deadline, question
        await asyncio.sleep(0.1)


async def switch_over(pair, load, alice, number, means):
    """Tells what became of the import that was under way, and when the first page and the last refusal came."""
    await asyncio.to_thread(pair.follow)
    async with opened(pair):
        work = await ask_for_import(alice, number)
        await until("SELECT state = 'running' FROM work WHERE id = $1", work)
    getattr(pair.primary, means)()
    await asyncio.sleep(WITHOUT)
    await asyncio.to_thread(pair.promote)
    promoted = time.monotonic()
    await asyncio.sleep(BACK[means] + 1)
    pages, refusals = load.answers(200, promoted), load.answers(503, promoted)
    told = f"{means}: first page {min(pages, default=99):.2f} s, last refusal {max(refusals, default=0):.2f} s"
    print(told)
    assert min(pages) < BACK[means] and max(refusals, default=0) < BACK[means]
    assert max(pages) > BACK[means]
    async with opened(pair):
        await until("SELECT count(*) = 0 FROM work WHERE state IN ('waiting', 'running')")
        state, message = await DB.fetchrow("SELECT state, message FROM work WHERE id = $1", work)
        found = await DB.fetchval("SELECT count(*) FROM customer WHERE name LIKE $1", f"import {number} %")
        assert (state, found) in (("done", IMPORTED), ("failed", 0)), message
    return f"{told}; import {state}"


def listen(said):
    """Shown where the test fails; what nobody reads would stop kam in the end."""
    for line in said:
        print(line, end="")


async def fail_over(data, pair, monkeypatch, *ways):
    monkeypatch.setenv("KAM_DATABASE_URL", pair.address("kam_serving"))
    monkeypatch.setenv("KAM_OWNER_URL", pair.address("kam_owner"))
    monkeypatch.setenv("KAM_WORKER_SILENCE", "3")
    put_in_force()
    with serving(data) as kam:
        async with opened(pair):
            cast = await assemble(datetime.now(UTC))
            load = Load(kam.port, await open_session(cast.alice.id, now=datetime.now(UTC)), str(cast.alice.id))
        threading.Thread(target=listen, args=(kam.process.stdout,), daemon=True).start()
        async with load.going_on():
            told = [await switch_over(pair, load, cast.alice, *way) for way in enumerate(ways)]
        assert load.faults == []
        async with opened(pair):
            rows = await DB.fetch("SELECT name, count(*) AS times FROM customer WHERE name LIKE 'load %' GROUP BY name")
        times = {row["name"]: row["times"] for row in rows}
        put_off = [status for _, status in load.seen].count(503)
        print(f"{len(load.kept)} acknowledged, {len(load.seen)} answers, {put_off} of them 503", *told, sep="\n")
        assert len(load.kept) > 20
        assert [name for name in load.kept if times.pop(name, 0) != 1] == []
        assert times == {}
        verify = [sys.executable, "-m", "kam", "verify"]
        verified = await asyncio.to_thread(subprocess.run, verify, capture_output=True, text=True, cwd=ROOT)
        assert verified.returncode == 0, verified.stderr


async def test_a_replica_takes_over_under_load(pair, tmp_path, monkeypatch):
    await fail_over(tmp_path / "data", pair, monkeypatch, "kill")


@pytest.mark.long
async def test_two_servers_take_over_from_each_other_again_and_again(pair, tmp_path, monkeypatch):
    await fail_over(tmp_path / "data", pair, monkeypatch, "kill", "freeze", "stop", "kill")
