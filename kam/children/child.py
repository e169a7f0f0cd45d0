"""One child, seen from kam: a fresh Python, started by spawn, that shares nothing with us but one channel."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kam import settings
from kam.children import letters
from kam.children.confines import SWOLLEN
from kam.database.identity import Identity, choose_identity

_ROOT = Path(__file__).parents[2]
# Rust, C++ and GLib abort where there is no memory.
_SWOLLEN = (SWOLLEN, -signal.SIGABRT)
_LARGEST_LETTER = 1 << 30
# All that a child gets to know of our surroundings; no address or password of a database is among it.
_KEPT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "PYTHONPATH", "PYTHONUTF8", "LD_LIBRARY_PATH")
_KEPT_BEGINNINGS = ("LC_", "DYLD_")


class Gone(Exception):
    """The child has ended; `swollen` if it says that this was for lack of memory."""

    def __init__(self, *, swollen: bool = False) -> None:
        super().__init__("The child has ended.")
        self.swollen = swollen


class Child:
    def __init__(
        self, modules: Sequence[str], idle: float, identity: Identity | None, environment: Mapping[str, str]
    ) -> None:
        self._line, theirs = socket.socketpair()
        self._line.setblocking(False)
        inside = [str(theirs.fileno()), str(os.getpid()), str(idle), *modules]
        try:
            with theirs:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "kam.children.inside", *inside],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                    cwd=_ROOT,
                    env={**_environment(), **environment},
                    **(identity.process_options() if identity else {}),
                )
        except OSError:
            self._line.close()
            raise
        self.working = False

    async def ask(self, content: bytes) -> None:
        """Raises Gone if it was not heard; once it is, the child is working until it has answered."""
        await self._send(letters.HEAD.pack(letters.ASK, len(content)))
        await self._send(content)
        await self.expect(letters.BEGUN)
        self.working = True

    async def expect(self, wanted: bytes) -> None:
        kind, _ = await self.hear()
        if kind != wanted:
            raise Gone

    def rest(self, gone: Callable[[], None]) -> None:
        """It has nothing to do until `wake`; `gone` is called when it ends meanwhile."""
        asyncio.get_running_loop().add_reader(self._line, gone)

    def wake(self) -> None:
        asyncio.get_running_loop().remove_reader(self._line)

    async def hear(self) -> tuple[bytes, bytes]:
        """The next letter: its kind and its content."""
        kind, size = letters.HEAD.unpack(await self._exactly(letters.HEAD.size))
        if size > _LARGEST_LETTER:
            raise Gone(swollen=True)
        content = await self._exactly(size)
        self.working = self.working and kind not in letters.LAST
        return kind, content

    async def _send(self, content: bytes) -> None:
        try:
            await asyncio.get_running_loop().sock_sendall(self._line, content)
        except ConnectionError:
            raise Gone from None

    async def _exactly(self, size: int) -> bytes:
        loop, parts, missing = asyncio.get_running_loop(), [], size
        while missing:
            try:
                part = await loop.sock_recv(self._line, min(missing, 1 << 20))
            except ConnectionError:
                part = b""
            if not part:
                raise Gone(swollen=await self._status() in _SWOLLEN)
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    async def _status(self) -> int | None:
        """How it ended; a closed channel comes a moment before that."""
        for _ in range(100):
            if self.process.poll() is not None:
                break
            await asyncio.sleep(0.01)
        return self.process.returncode

    def kill(self) -> None:
        """With all that it may have started, as it leads its own group."""
        if self._line.fileno() >= 0:
            self.wake()
            self._line.close()
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it has just ended by itself
                os.killpg(self.process.pid, signal.SIGKILL)
            bury(self.process)


_dead: set[asyncio.Task[None]] = set()


def bury(process: subprocess.Popen[Any]) -> None:
    """Nobody waits for the end of what was killed, but it must not stay as a zombie."""

    async def wait() -> None:
        while process.poll() is None:  # noqa: ASYNC110 - nothing tells us of it on every system
            await asyncio.sleep(0.02)

    task = asyncio.get_running_loop().create_task(wait())
    _dead.add(task)
    task.add_done_callback(_dead.discard)


def unprivileged() -> Identity | None:
    """As root: the user that runs the embedded database."""
    return choose_identity(settings.read().data) if os.geteuid() == 0 else None


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_BEGINNINGS)}
