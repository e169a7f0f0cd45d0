"""`kam serve` as real processes: quick to start, hard to kill, and gone when it is told to go."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from kam import serving as serving_module
from kam.database import cluster
from kam.web.cookies import SESSION
from tests.processes import command, descendants

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def data():
    """A data folder for all tests of this file; each starts on what the one before left."""
    parent = Path(tempfile.mkdtemp(prefix="kam-serving-"))
    parent.chmod(0o755)
    yield parent / "data"
    cluster.stop(parent / "data")
    shutil.rmtree(parent, ignore_errors=True)


class Kam:
    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kam", "serve", "--port", str(port), "--workers", "2"],
            cwd=ROOT, env={**os.environ, "KAM_DATA": str(data)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def status(self) -> int:
        """Of a page that asks the database who we are; 0 if nobody answers."""
        try:
            address = f"http://127.0.0.1:{self.port}/sign-in"
            return httpx.get(address, cookies={SESSION: "nobody"}, timeout=10).status_code
        except httpx.TransportError:
            return 0

    def below(self, *words: str) -> list[int]:
        """Its processes whose command line has all these words."""
        return [pid for pid in descendants(self.process.pid) if all(word in command(pid) for word in words)]

    def web(self) -> list[int]:
        return self.below("kam serve")

    def worker(self) -> list[int]:
        return self.below("kam work")

    def postgres(self) -> list[int]:
        return [pid for pid in self.below("postgres", "-D") if parent_of(pid) == self.process.pid]


def without_advice(said: str) -> str:
    """Without the lines that advise."""
    advice = ("kam runs as root", "Connections to the database")
    return "\n".join(line for line in said.strip().splitlines() if not line.startswith(advice))


def listening_on(port: int) -> int:
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def until(true: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"It did not come true within {seconds} s"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data: Path, port: int | None = None):
    kam = Kam(data, port or free_port())
    try:
        until(lambda: kam.status() == 200, 60)
        until(lambda: kam.worker() and len(kam.web()) == 2)
        yield kam
    finally:
        kam.process.kill()
        kam.process.wait()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_takes_everything_along(data, told):
    with serving(data) as kam:
        everything = descendants(kam.process.pid)
        os.killpg(kam.process.pid, told) if told == signal.SIGINT else kam.process.send_signal(told)
        said, _ = kam.process.communicate(timeout=30)
    assert kam.process.returncode == 0
    assert said.startswith("kam runs as root") == (os.geteuid() == 0)
    assert without_advice(said) == f"kam is ready at http://127.0.0.1:{kam.port} (stop it with Ctrl-C)"
    until(lambda: not any(map(command, everything)), 5)
    assert cluster.find_running(data) is None


def test_a_killed_database_is_started_again_and_pages_say_so_meanwhile(data):
    with serving(data) as kam:
        os.kill(kam.postgres()[0], signal.SIGKILL)
        seen = [kam.status()]
        until(lambda: seen.append(kam.status()) or seen[-20:] == [200] * 20)
        assert set(seen) <= {200, 503}
        until(lambda: kam.worker())


def test_what_a_page_was_compiled_to_is_kept_for_the_next_start(data):
    with serving(data):
        assert [file for file in (data / "templates").rglob("*") if file.is_file()]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the processes take from one socket")
def test_each_process_has_a_queue_of_its_own_so_that_connections_are_shared_out(data):
    with serving(data) as kam:
        until(lambda: listening_on(kam.port) == 2)
        killed = kam.web()[0]
        os.kill(killed, signal.SIGKILL)
        until(lambda: len(kam.web()) == 2 and killed not in kam.web())
        until(lambda: listening_on(kam.port) == 2)  # and nobody waits in the queue of the one that is gone


@pytest.mark.parametrize("kind", ["web", "worker"])
def test_a_killed_process_is_replaced(data, kind):
    with serving(data) as kam:
        before = getattr(kam, kind)()
        os.kill(before[0], signal.SIGKILL)
        until(lambda: set(getattr(kam, kind)()) - set(before))
        until(lambda: kam.status() == 200)


def test_web_processes_that_die_again_and_again_are_replaced_each_time(data):
    """As where memory is short: the second death within seconds must not be the end of everything."""
    with serving(data) as kam:
        for _ in range(4):
            for pid in kam.web():
                os.kill(pid, signal.SIGKILL)
            until(lambda: len(kam.web()) == 2, 30)
        until(lambda: kam.status() == 200)
        assert kam.process.poll() is None


def test_a_job_worker_that_cannot_be_started_is_tried_again(monkeypatch, capfd):
    tries = []

    def start():
        tries.append(None)
        raise MemoryError if len(tries) > 3 else OSError("no memory")

    monkeypatch.setattr(serving_module, "_start_job_worker", start)
    monkeypatch.setattr(serving_module, "growing_pauses", lambda _longest: iter([0.01] * 9))
    with pytest.raises(MemoryError):
        serving_module._keep_job_worker([], threading.Event())
    assert len(tries) == 4
    assert "no memory" in capfd.readouterr().err


def test_killed_without_warning_it_leaves_nothing_that_stops_the_next_start(data):
    with serving(data) as kam:
        left = kam.web() + kam.worker()
        kam.process.kill()
        kam.process.wait()
        with serving(data, kam.port) as again:
            assert again.process.poll() is None
        until(lambda: not any(map(command, left)))


def test_a_port_that_is_taken_is_a_sentence(data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said, _ = Kam(data, taken.getsockname()[1]).process.communicate(timeout=30)
    said = without_advice(said)
    assert said.startswith("kam cannot listen on 127.0.0.1:")
    assert "--port" in said
    assert len(said.splitlines()) == 1


def test_a_database_that_is_down_is_a_sentence(data, monkeypatch):
    monkeypatch.setenv("KAM_DATABASE_URL", "postgresql://kam:secret@127.0.0.1:1/kam")
    said, _ = Kam(data, free_port()).process.communicate(timeout=60)
    assert without_advice(said) == "No database answers at 127.0.0.1:1. Start it, or correct KAM_DATABASE_URL."
