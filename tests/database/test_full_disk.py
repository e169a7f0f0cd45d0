"""A full disk costs a sentence, and nothing that was kept is lost.

The disk is a small file system in memory, so the machine's own is never filled; only root may mount one.
"""

from __future__ import annotations

import asyncio
import base64
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
import httpx
import pytest

from kam.database import cluster, roles
from kam.database.embedded import Server
from tests.entering import choose_password
from tests.test_serving import Kam, until

pytestmark = pytest.mark.slow
FULL = "The disk of the database is full. Nothing was changed."
PASSWORD = "correct horse"


@pytest.fixture
def disk():
    """160 MB of memory, which can be filled up to the last byte."""
    parent = Path(tempfile.mkdtemp(prefix="kam-disk-"))
    parent.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160M,mode=755", "tmpfs", str(parent)], capture_output=True, check=False
    )
    if mounted.returncode:
        parent.rmdir()
        pytest.skip("only root may mount a file system of its own to fill")
    try:
        yield parent
    finally:
        cluster.stop(parent / "data")
        subprocess.run(["umount", "--lazy", str(parent)], check=True)
        shutil.rmtree(parent, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fill(disk: Path, *, leave: int) -> None:
    """Writes until only so many kB are free."""
    with (disk / "ballast").open("ab") as ballast:
        while (free := os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - leave * 1024) > 0:
            ballast.write(b"x" * min(free, 1 << 20))
            ballast.flush()


class Visitor:
    """Somebody signed in, who sends forms as a browser would."""

    def __init__(self, port: int) -> None:
        self.browser = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        choose_password(self.browser, "ada@acme.example", given=PASSWORD, own="three blind herons")

    def send(self, path: str, page: str, data: dict[str, str], **more: object) -> httpx.Response:
        drawn = self.browser.get(page).text
        proof = re.search(r'name="?csrf"? content="([^"]+)"', drawn) or re.search(r'name="csrf" value="([^"]+)"', drawn)
        return self.browser.post(path, data=data, headers={"x-csrf-token": proof[1] if proof else ""}, **more)

    def add(self, name: str) -> int:
        """Adds a customer with notes that cannot be made smaller; answers the status."""
        notes = base64.b64encode(random.randbytes(6000)).decode()
        answer = self.send("/customers", "/customers/new", {"name": name, "currency": "EUR", "notes": notes})
        assert answer.status_code == 303 or FULL in answer.text or "does not answer" in answer.text, answer.text[-800:]
        return answer.status_code

    def bring_in(self, rows: str) -> str:
        """Uploads and imports; answers the page of the file when all has ended."""
        file = self.send("/imports", "/imports", {"kind": "customers"}, files={"file": ("a.csv", rows.encode())})
        assert file.status_code == 303, file.text
        page = file.headers["location"]
        chosen = {"column_key": "0", "column_name": "1", "currency": "EUR", "header": "1", "then": "import"}
        assert self.send(page, page, chosen).status_code == 303
        until(lambda: "data-work=" not in self.browser.get(page).text, 60)
        return self.browser.get(page).text


# MB: too little for the programs, or for the tables after them. Another PostgreSQL has its programs elsewhere.
ROOMS = (2, 20) if os.environ.get("KAM_PG_BIN") else (5, 50)


@pytest.mark.parametrize("room", ROOMS)
def test_a_start_for_which_there_is_no_room_says_so(disk, room):
    fill(disk, leave=room * 1024)
    done = subprocess.run(
        [sys.executable, "-m", "kam", "user", "list"], capture_output=True, text=True, check=False,
        env={**os.environ, "KAM_DATA": str(disk / "data")},
    )  # fmt: skip
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def visitor(disk):
    environment = {**os.environ, "KAM_DATA": str(disk / "data")}
    command = [sys.executable, "-m", "kam", "user", "add", "ada@acme.example", "--name", "Ada"]
    subprocess.run([*command, "--role", "administrator", "--password", PASSWORD], env=environment, check=True)
    kam = Kam(disk / "data", free_port())
    try:
        until(lambda: kam.status() == 200)
        yield Visitor(kam.port)
    finally:
        kam.process.terminate()
        kam.process.wait(30)


def test_a_page_and_an_import_are_refused_with_a_sentence_and_what_was_there_is_kept(disk, visitor):
    assert visitor.add("Before") == 303
    fill(disk, leave=60)
    assert 503 in [visitor.add(f"During {number}") for number in range(8)]
    assert visitor.browser.get("/customers?q=Before").status_code == 200
    os.truncate(disk / "ballast", (disk / "ballast").stat().st_size - 6_000_000)
    rows = "key,name\n" + "".join(f"{number},Company {number}\n" for number in range(60_000))
    ended = visitor.bring_in(rows)
    assert 'data-ended="failed"' in ended and FULL in ended
    (disk / "ballast").unlink()
    assert visitor.add("After") == 303
    assert all(name in visitor.browser.get("/customers").text for name in ("Before", "After"))
    assert "Company 1" not in visitor.browser.get("/customers").text
    assert "data-report" in visitor.bring_in(rows[: rows.index("\n", 2000) + 1])


async def test_a_database_that_ends_because_its_log_cannot_grow_comes_back_with_everything_that_was_kept(disk, visitor):
    assert visitor.add("Before") == 303
    fill(disk, leave=0)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await use_up_the_log(disk)
    seen = set()
    for number in range(8):
        seen.add(visitor.add(f"During {number}"))
        await asyncio.sleep(0.4)
    assert seen == {503}
    (disk / "ballast").unlink()
    until(lambda: visitor.browser.get("/customers").status_code == 200, 40)
    assert visitor.add("After") == 303
    found = visitor.browser.get("/customers").text
    assert "Before" in found and "After" in found and "During" not in found


async def use_up_the_log(disk: Path) -> None:
    """The server keeps its log in files of 16 MB and ends when it cannot begin the next."""
    running = cluster.find_running(disk / "data")
    assert running
    link = await asyncpg.connect(**Server(running).reached_by(roles.SUPERUSER))
    try:
        for _ in range(20):
            await link.execute("SELECT pg_switch_wal()")
            await link.execute("UPDATE person SET name = name")
    finally:
        await link.close()
