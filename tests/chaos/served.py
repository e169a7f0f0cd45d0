"""A real `kam serve` on a folder of its own: its processes by what they do, killed and started again."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import asyncpg
import httpx

from kam.database import cluster, postmaster
from kam.database.connecting import open_pool
from kam.database.embedded import Server
from kam.database.engine import DB
from kam.database.roles import SUPERUSER
from kam.web.cookies import SESSION
from tests.attacks.besieging import ROOT, free_port
from tests.processes import command, descendants

# Who is killed. `postgres` are the processes that the database server keeps for connections and for itself.
VICTIMS = ("main", "web", "worker", "child", "postgres", "postmaster")
SILENCE = "2"  # seconds after which a worker counts as dead, so that nobody waits long for its work
BACK = 120.0  # seconds within which everything is there again: some five, on a machine that has nothing else to do


class Served:
    """`folder` holds data, log and the folder for temporary files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.port = folder, folder / "data", free_port()
        self.log, self.temporary = folder / "log", folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self.temporary.chmod(0o1777)
        self.process: subprocess.Popen[bytes] | None = None
        self._told = 0

    @classmethod
    def in_new(cls, folder: Path) -> Served:
        folder.mkdir()
        folder.chmod(0o755)
        return cls(folder)

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            "KAM_DATA": str(self.data),
            "KAM_PROXIES": "127.0.0.1",
            "KAM_METRICS_TOKEN": "of-the-chaos-alone",
            "KAM_WORKER_SILENCE": SILENCE,
            "TMPDIR": str(self.temporary),
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent / "inside"), os.environ.get("PYTHONPATH", "")]),
        }
        return {**os.environ, **ours}

    def start(self) -> None:
        """Begins to; `is_ready` tells when it has said so."""
        self._told = self.log.stat().st_size if self.log.exists() else 0
        self.process = self.run("serve", "--port", str(self.port), "--workers", "2")

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Another command on the same data; what it says is in the same log."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "kam", *arguments], cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def said(self) -> str:
        """Since it was last started."""
        with self.log.open("rb") as log:
            log.seek(self._told)
            return log.read().decode(errors="replace")

    def is_ready(self) -> bool:
        return "kam is ready" in self.said()

    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    async def answers(self) -> bool:
        """A page that asks the database who we are, over a connection of its own, which either process may take."""
        address = f"http://127.0.0.1:{self.port}/sign-in"
        try:
            async with httpx.AsyncClient(timeout=10) as visitor:
                return (await visitor.get(address, cookies={SESSION: "nobody"})).status_code == 200
        except httpx.TransportError:
            return False

    async def be_back(self) -> float:
        """Started again if its first process was killed; seconds until everything answers as before."""
        began = time.monotonic()
        if not self.lives():
            self.start()
        await until(lambda: self.is_ready() or not self.lives(), "kam is ready", BACK, self.said)
        assert self.lives(), f"It ended by itself:\n{self.said()[-3000:]}"
        await until(lambda: len(self.of("web")) == 2 and self.of("worker"), "all processes are there", BACK, self.said)
        in_turn = 0
        while in_turn < 4:  # of both web processes
            in_turn = in_turn + 1 if await self.answers() else 0
            assert time.monotonic() - began < BACK, f"No pages within {BACK:.0f} seconds:\n{self.said()[-3000:]}"
        return time.monotonic() - began

    def of(self, kind: str) -> list[int]:
        """The processes of a kind that live now."""
        if self.process is None or not self.lives():
            return []
        if kind == "main":
            return [self.process.pid]
        if kind in ("postgres", "postmaster"):
            found = postmaster.running(self.data)
            return [] if not found else [found.pid] if kind == "postmaster" else descendants(found.pid)
        word = {"web": "kam serve", "worker": "kam work", "child": "kam.children.inside"}[kind]
        return [pid for pid in descendants(self.process.pid) if word in command(pid)]

    def family(self) -> set[tuple[int, str]]:
        """All processes of ours with when they began, those of the database too."""
        server = postmaster.running(self.data)
        roots = [self.process.pid if self.process else 0, server.pid if server else 0]
        found = {pid for root in roots if root for pid in [root, *descendants(root)]}
        return {(pid, began) for pid in found if (began := postmaster._began(pid))}

    @asynccontextmanager
    async def database(self) -> AsyncIterator[None]:
        """`DB` on its database, as the role that serves."""
        found = postmaster.running(self.data)
        assert found, self.said()
        with DB.set_aside():
            await open_pool(2, **Server(found.sockets).connection)
            try:
                yield
            finally:
                await DB.close()

    async def analyze(self) -> None:
        """As the server does by itself where it lives for more than a minute."""
        found = postmaster.running(self.data)
        assert found, self.said()
        link = await asyncpg.connect(**Server(found.sockets).reached_by(SUPERUSER))
        await link.execute("ANALYZE")
        await link.close()

    def stop(self) -> None:
        if self.process and self.lives():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        cluster.stop(self.data)


@contextmanager
def folder() -> Iterator[Path]:
    """One that is gone at the end."""
    made = Path(tempfile.mkdtemp(prefix="kam-chaos-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def tracebacks(log: Path) -> list[str]:
    """The last line of each, which names the fault."""
    return re.findall(r"^Traceback .*\n(?:[ \t|+].*\n|\n)*(.*)", log.read_text(errors="replace"), re.M)


async def until(true: Callable[[], object], what: str, seconds: float = BACK, said: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"Not within {seconds:.0f} seconds: {what}\n{said()[-3000:]}"
        await asyncio.sleep(0.02)


async def comes_true(question: Callable[[], Awaitable[bool]], seconds: float = 20) -> bool:
    """Asked often, so that what lasts a moment only is not missed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await question():
            return True
        await asyncio.sleep(0.005)
    return False
