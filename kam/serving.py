"""The processes of `kam serve`: web workers by granian, one job worker beside them, all ending together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from kam import settings as environment
from kam.errors import Unavailable

if TYPE_CHECKING:
    from litestar import Litestar

_PATIENCE = 15.0  # seconds in which processes may finish what they do


def application() -> Litestar:
    """What each web process runs."""
    from kam.app import create

    return create(lifespan=[_standing])


@contextlib.asynccontextmanager
async def _standing(_app: Litestar) -> AsyncIterator[None]:
    from kam.starting import started

    orphaned = asyncio.create_task(leave_with_parent())
    try:
        async with started(environment.read()):
            yield
    finally:
        orphaned.cancel()


async def leave_with_parent() -> None:
    """Ends this process when the one that started it was killed, so that nobody keeps its port and its jobs."""
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells us of it
        await asyncio.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(_PATIENCE)
    os._exit(1)


def run(host: str, port: int, workers: int) -> None:
    """Serves until it is told to stop. Raises Unavailable if the port is taken."""
    from granian.constants import Interfaces
    from granian.server import Server

    _require_free(host, port)
    server = Server(
        "kam.serving:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        factory=True,
        log_level="warning",  # type: ignore[arg-type]
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
    )
    with _job_worker():
        threading.Thread(target=_announce, args=(host, port), daemon=True).start()
        server.serve()


def _require_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"kam cannot listen on {host}:{port}: {error.strerror}. Choose another with --port."
            ) from error


def _announce(host: str, port: int) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    while True:
        with contextlib.suppress(OSError), socket.create_connection((shown, port), timeout=1):
            print(f"kam is ready at http://{shown}:{port} (stop it with Ctrl-C)", flush=True)
            return
        time.sleep(0.05)


@contextlib.contextmanager
def _job_worker() -> Iterator[None]:
    """Keeps one job worker running; it is started again if it ends by itself."""
    ending = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not ending.is_set():
            running[:] = [subprocess.Popen([sys.executable, "-m", "kam", "work"], start_new_session=True)]
            running[0].wait()
            ending.wait(3)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        for process in running:
            process.terminate()
        keeper.join(_PATIENCE)
