"""Seconds from `kam serve` on existing data to the first page, and memory, beside a bare Litestar that says hello; and
from `kam demo` on a new data folder.

.venv/bin/python -m tests.benchmarks.starting [DATA]
"""

from __future__ import annotations

import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.benchmarks.serving import Running, _wait_for, serving

ROUNDS = 5
HELLO = """
from litestar import Litestar, get
@get("/sign-in", media_type="text/html")
async def hello() -> str:
    return "<p>hello</p>"
app = Litestar([hello], openapi_config=None, logging_config=None)
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kam-starting-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        data = Path(sys.argv[1]) if len(sys.argv) > 1 else folder / "data"
        with serving(data, free_port()):  # makes the database, or brings it up to date
            pass
        (folder / "hello.py").write_text(HELLO, encoding="utf-8")
        ours = tell("kam serve", lambda: serving(data, free_port()))
        bare = tell("bare Litestar", lambda: greeting(folder, free_port()))
        print(f"{'ratio':14} {ours / bare:.1f}")
        with demonstrating(folder, free_port()) as running:
            print(f"{'kam demo':14} first page after {running.started_in:.1f} s, with a new data folder, filled")


def tell(name: str, start: Callable[[], AbstractContextManager[Running]]) -> float:
    seconds, work, memory = [], [], 0.0
    for _ in range(ROUNDS):
        before = spent()
        with start() as running:
            seconds.append(running.started_in)
            time.sleep(2)  # until the job worker is there too
            memory = max(megabytes for _, megabytes in running.memory())
        work.append(spent() - before)
    median = statistics.median(seconds)
    print(
        f"{name:14} first page after {median:.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), "
        f"{statistics.median(work):.2f} s of processor until it was stopped, largest process {memory:.0f} MB"
    )
    return median


def greeting(folder: Path, port: int) -> AbstractContextManager[Running]:
    command = ["granian", "--interface", "asgi", "--workers", "2", "--port", str(port), "hello:app"]
    return answering(command, folder, port)


def demonstrating(folder: Path, port: int) -> AbstractContextManager[Running]:
    """The packages are there already; the database is made and filled."""
    return answering(["kam", "demo", "--port", str(port)], Path.cwd(), port, KAM_DATA=str(folder / "new"))


@contextmanager
def answering(module: list[str], folder: Path, port: int, **environment: str) -> Iterator[Running]:
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *module], cwd=folder, env={**os.environ, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}", process)
        yield Running(f"http://127.0.0.1:{port}", time.perf_counter() - begun, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def spent() -> float:
    """Seconds of processor that processes started from here have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
