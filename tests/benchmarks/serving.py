"""A real `kam serve` on a data folder, with the time it took to answer and the memory it holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.processes import command, descendants, megabytes


@dataclass(frozen=True)
class Running:
    """`started_in` is the seconds from the command to the first page."""

    address: str
    started_in: float
    pid: int

    def memory(self) -> list[tuple[str, float]]:
        """(what it is, MB it does not share with others plus its part of what it shares) for each process of ours."""
        found = []
        for pid in [self.pid, *descendants(self.pid)]:
            what = command(pid).strip()
            if "postgres" not in what:
                found.append((what[-60:], megabytes(pid)))
        return found


@contextmanager
def serving(
    data: Path, port: int, *options: str, python: Path = Path(sys.executable), cwd: Path | None = None
) -> Iterator[Running]:
    """`python` and `cwd` are of another version, where it is one."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(python), "-m", "kam", "serve", "--port", str(port), *options],
        env={**os.environ, "KAM_DATA": str(data), **({"PYTHONPATH": str(cwd)} if cwd else {})},
        stdout=subprocess.DEVNULL, cwd=cwd,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield Running(address, time.perf_counter() - begun, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(6000):
        if process.poll() is not None:
            raise SystemExit(f"kam serve ended with {process.returncode}.")
        try:
            if httpx.get(f"{address}/sign-in").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.01)
    raise SystemExit("kam serve did not answer within a minute.")
