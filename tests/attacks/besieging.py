"""A real `kam serve` to attack, and the measure of how another visitor fares meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from kam.database import cluster
from kam.web.cookies import SESSION
from kam.web.csrf import masked, secret_for
from tests.attacks.visiting import NEVER
from tests.processes import command, descendants, megabytes

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Kam:
    """The service under attack. `process` is the first of its processes, `folder` holds data and log."""

    port: int
    process: subprocess.Popen[bytes]
    folder: Path
    sessions: dict[str, str]

    def cookie(self, role: str = "manager") -> str:
        return self.sessions[role]

    def token(self, role: str = "manager") -> str:
        """What a form carries as `_csrf` and a script as `X-CSRF-Token`."""
        return masked(secret_for(self.cookie(role)))

    def head(self, method: str, path: str, *more: str, role: str | None = "manager") -> bytes:
        """The head of a request by somebody with this role, or by nobody; `more` are further lines of it."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *more]
        if role:
            lines.append(f"Cookie: {SESSION}={self.cookie(role)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def connect(self, timeout: float = 20) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def answer(self, sent: bytes, timeout: float = 20) -> bytes:
        """All that comes back for these bytes until the connection is closed or `timeout` seconds pass in silence."""
        with closing(self.connect(timeout)) as connection:
            connection.sendall(sent)
            return b"".join(iter(lambda: _received(connection), b""))

    def connections(self) -> int:
        """How many it holds now, on its own side."""
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(line[1].endswith(f":{self.port:04X}") and line[3] == "01" for line in lines)

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def memory(self) -> float:
        """MB that the web processes hold, of what they share their part."""
        return sum(megabytes(pid) for pid in descendants(self.process.pid) if "kam serve" in command(pid))


@dataclass(frozen=True)
class Visits:
    """How another visitor fared: seconds of each page."""

    seconds: list[float]

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]

    @property
    def failed(self) -> int:
        return self.seconds.count(NEVER)

    def __str__(self) -> str:
        middle, all_of_them = sorted(self.seconds)[len(self.seconds) // 2], len(self.seconds)
        return f"median {middle * 1000:5.0f} ms  p99 {self.p99 * 1000:6.0f} ms  {self.failed} of {all_of_them} failed"


@contextmanager
def besieged() -> Iterator[Kam]:
    """On a folder, database and port of its own, all gone at the end. Whoever asks is believed like a proxy."""
    folder = Path(tempfile.mkdtemp(prefix="kam-attacked-"))
    folder.chmod(0o755)
    process = None
    try:
        sessions = json.loads(python("tests.attacks.filling", str(folder / "data")))
        port = free_port()
        process = _served(folder, port)
        yield Kam(port, process, folder, sessions)
    finally:
        if process:
            process.send_signal(signal.SIGTERM)
            process.wait(40)
        cluster.stop(folder / "data")
        shutil.rmtree(folder, ignore_errors=True)


def visited(kam: Kam, seconds: float) -> Visits:
    return Visits(json.loads(python("tests.attacks.visiting", str(kam.port), kam.cookie(), str(seconds))))


@contextmanager
def throwing(kam: Kam, throw: Callable[[Kam, Event], object], *, times: int = 1) -> Iterator[Event]:
    """As many threads that each run `throw(kam, stop)` again and again until `stop` is set at the end of the block."""
    stop = Event()

    def keep() -> None:
        while not stop.is_set():
            try:
                throw(kam, stop)
            except OSError:  # an attacker is refused now and then
                stop.wait(0.05)

    threads = [Thread(target=keep, daemon=True) for _ in range(times)]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _served(folder: Path, port: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "KAM_DATA": str(folder / "data"), "KAM_PROXIES": "127.0.0.1"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "kam", "serve", "--port", str(port), "--workers", "2"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    deadline = time.monotonic() + 60
    while "kam is ready" not in (folder / "log").read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"kam did not start: {(folder / 'log').read_text()}")
        time.sleep(0.05)
    return process


def python(module: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
    ).stdout


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except TimeoutError:
        return b""
