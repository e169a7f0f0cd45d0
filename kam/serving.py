"""The processes of `kam serve`: web processes by granian, one job worker beside them, all ending together."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from kam import settings as environment
from kam.database.patience import growing_pauses
from kam.errors import Unavailable
from kam.settings import Settings

if TYPE_CHECKING:
    from kam.app import Application

_PATIENCE = 15.0  # seconds in which processes may finish what they do
_LETTING_GO = 2.0
_LASTING = 5.0  # seconds after which a job worker counts as having stayed
_LONGEST_PAUSE = 15.0  # seconds between two that did not stay


@cache
def application() -> Application:
    """What each web process runs. Made before they fork from the first process, so that it is made only once."""
    from kam.app import create

    return create(lifespan=[_standing])


@contextlib.asynccontextmanager
async def _standing(app: Application) -> AsyncIterator[None]:
    from kam.database.connecting import FOR_PAGES
    from kam.jobs import saying
    from kam.rehearsing import rehearse
    from kam.starting import started
    from kam.workflow import registry

    first = multiprocessing.parent_process()
    beside = [asyncio.create_task(leave_with(first.pid))] if first and first.pid else []
    try:
        async with started(environment.read(), how=FOR_PAGES):
            beside.append(asyncio.create_task(saying.keep_saying("pages", registry.current(), _connections())))
            rehearsing = asyncio.create_task(rehearse(app))
            yield
            rehearsing.cancel()  # while the database is still open
            await asyncio.wait({rehearsing})
    finally:
        for task in beside:
            task.cancel()


def _connections() -> int | None:
    """Of all web processes of this `kam serve` together, as it reckoned before it started them."""
    return int(os.environ.get("KAM_CONNECTIONS", "0")) or None


async def leave_with(parent: int) -> None:
    """Ends this process when the one that started it was killed, so that nobody keeps its port and its jobs."""
    while os.getppid() == parent:  # noqa: ASYNC110 - nothing tells us of it
        await asyncio.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(_PATIENCE)
    os._exit(1)


@contextlib.contextmanager
def ground(settings: Settings, host: str, port: int) -> Iterator[None]:
    """The database server running and kept running, and the application loaded while that starts.

    Raises Unavailable at once if the port is taken.
    """
    from kam.database import embedded

    _require_free(host, port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until granian listens to it
    with contextlib.ExitStack() as stack:
        with ThreadPoolExecutor(1) as aside:
            if not settings.database_url:
                server = embedded.kept(settings.data, settings.pg_bin)
                opening = aside.submit(stack.enter_context, server)
            application()
            _prepare_pages(settings)
        if not settings.database_url:
            opening.result()
        yield


def _prepare_pages(settings: Settings) -> None:
    from kam.app import prepare

    prepare(settings.data)


def run(host: str, port: int, workers: int) -> None:
    """Serves until it is told to stop. Raises Unavailable if the web processes do not stay alive."""
    from kam.listening import server_of

    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)
    answered = threading.Event()
    server = server_of("kam.serving:application", host, port, workers, answered)
    _keep_memory()
    gc.collect()
    gc.freeze()  # what is loaded now stays: never walked again, and shared by all processes
    gc.set_threshold(25_000, 20, 50)  # a page makes thousands of short-lived strings; look for cycles less often
    try:
        with _job_worker(host, port, answered), _measuring():
            server.serve()
    except SystemExit:
        if not server.interrupt_signal:
            raise Unavailable("The web processes end as soon as they start; the lines above say why.") from None


@contextlib.contextmanager
def _measuring() -> Iterator[None]:
    from kam.operation import measuring

    if environment.read().metrics_token:
        measuring.begin()
    try:
        yield
    finally:
        measuring.end()


def _keep_memory() -> None:
    """A page takes some hundred kilobytes and frees them again. The C library would hand them back to the system each
    time and fetch them, emptied, for the next page, which took a fifth of a search; now it keeps up to 32 MB."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):  # not in every C library
        trim_threshold, mmap_threshold = -1, -3  # as malloc.h numbers them
        libc.mallopt(trim_threshold, 32 * 1024 * 1024)
        libc.mallopt(mmap_threshold, 4 * 1024 * 1024)


def _require_free(host: str, port: int) -> None:
    """Waits a moment for the port: the processes of a kam that was killed notice it only after half a second."""
    deadline = time.monotonic() + _LETTING_GO
    while (reason := _why_taken(host, port)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if reason:
        raise Unavailable(f"kam cannot listen on {host}:{port}: {reason}. Choose another with --port.")


def _why_taken(host: str, port: int) -> str:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


@contextlib.contextmanager
def _job_worker(host: str, port: int, answered: threading.Event) -> Iterator[None]:
    """Once pages are served, keeps one job worker running; it is started again whenever it ends by itself."""
    ending = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        _announce(host, port, ending)
        answered.set()
        _keep_job_worker(running, ending)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        for process in running:
            process.terminate()
        keeper.join(_PATIENCE)
        for process in running:
            process.kill()


def _keep_job_worker(running: list[subprocess.Popen[bytes]], ending: threading.Event) -> None:
    """Slower each time while it does not last, and never given up, whatever goes wrong."""
    pauses = growing_pauses(_LONGEST_PAUSE)
    while not ending.is_set():
        began = time.monotonic()
        try:
            running[:] = [_start_job_worker()]
            if ending.is_set():
                running[0].terminate()
            why = f"with status {running[0].wait()}"
        except OSError as failure:  # no memory, no processes left
            why = f"before it began ({failure})"
        if time.monotonic() - began > _LASTING:
            pauses = growing_pauses(_LONGEST_PAUSE)
        pause = next(pauses)
        if not ending.wait(pause):
            print(f"The job worker ended {why}; it is started again.", file=sys.stderr, flush=True)


def _start_job_worker() -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C reaches kam, which then lets the worker finish what it does."""
    return subprocess.Popen([sys.executable, "-m", "kam", "work", "--beside", str(os.getpid())], start_new_session=True)


def _announce(host: str, port: int, ending: threading.Event) -> None:
    """Says where kam is when a page has come from there."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    while not ending.wait(0.05):
        with contextlib.suppress(OSError), socket.create_connection((shown, port), timeout=5) as probe:
            probe.sendall(f"HEAD /sign-in HTTP/1.1\r\nHost: {shown}\r\nConnection: close\r\n\r\n".encode())
            if probe.recv(1):
                print(f"kam is ready at http://{shown}:{port} (stop it with Ctrl-C)", flush=True)
                return
