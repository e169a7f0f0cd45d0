"""The private PostgreSQL in the data folder: found running or started, shared by every kam, stopped by the last.

Each kam holds a shared lock on `users.lock` for as long as it lives; the kernel lets go of it even after a
`kill -9`. Who leaves and finds no other lock stops the server. `start.lock` makes joining and leaving take turns.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kam.database import cluster, roles
from kam.database.binaries import Binaries, find_binaries
from kam.database.identity import Identity, choose_identity
from kam.database.locks import close_lock, open_lock, turn
from kam.database.patience import growing_pauses
from kam.database.server_log import ServerLog
from kam.database.sockets import PORT
from kam.errors import Unavailable

log = logging.getLogger(__name__)

_STARTING = "start.lock"
_OURS = {
    "data",
    "fonts",
    "postgres.log",
    "postgres.log.1",
    "programs",
    "server.began",
    "socket",
    "templates",
    "workflows-of-the-backup",
    _STARTING,
    "users.lock",
}
_EVERY_MINUTE = 120  # rounds of half a second
_LONGEST_PAUSE = 5.0  # seconds: everybody waits for the database


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach the running server; `port` only names the socket file."""

    socket_folder: str
    port: int = PORT

    @property
    def connection(self) -> dict[str, Any]:
        """As the role that serves."""
        return self.reached_by(roles.SERVING)

    @property
    def url(self) -> str:
        """The same as an address, for libraries that take one."""
        return self.address_of(roles.SERVING)

    def reached_by(self, role: str) -> dict[str, Any]:
        return {"host": self.socket_folder, "port": self.port, "user": role, "database": roles.NAME}

    def address_of(self, role: str) -> str:
        return f"postgresql://{role}@/{roles.NAME}?host={quote(self.socket_folder, safe='')}&port={self.port}"


@contextlib.contextmanager
def joined(folder: Path, pg_bin: Path | None = None, *, durable: bool = True) -> Iterator[Server]:
    """The server of this data folder, started if nobody has; stopped at the end unless another kam uses it.

    `durable=False` is for tests only: the data may be lost when the machine fails.
    """
    identity = _prepare(folder)
    users = open_lock(folder / "users.lock")
    try:
        with turn(folder / _STARTING):
            fcntl.flock(users, fcntl.LOCK_SH)
            server = _running_or_started(folder, pg_bin, identity, durable)
        yield server
    finally:
        _leave(folder, users)


@contextlib.contextmanager
def kept(folder: Path, pg_bin: Path | None = None, *, durable: bool = True) -> Iterator[Server]:
    """Like `joined`; and a server that dies meanwhile is started again."""
    ending = threading.Event()
    with joined(folder, pg_bin, durable=durable) as server:
        keeper = threading.Thread(target=_keep, args=(folder, pg_bin, durable, ending), daemon=True)
        keeper.start()
        try:
            yield server
        finally:
            ending.set()
            keeper.join()


def _keep(folder: Path, pg_bin: Path | None, durable: bool, ending: threading.Event) -> None:
    """Whatever goes wrong is said, and tried again, slower each time."""
    pauses = growing_pauses(_LONGEST_PAUSE)
    rounds = 0
    while not ending.wait(0.5):
        try:
            rounds += 1
            if rounds % _EVERY_MINUTE == 0:
                ServerLog(folder).rotate()
            cluster.bury()
            if cluster.is_alive(folder):
                continue
            print("The database ended; it is started again.", file=sys.stderr, flush=True)
            with turn(folder / _STARTING):
                _running_or_started(folder, pg_bin, choose_identity(folder), durable)
            pauses = growing_pauses(_LONGEST_PAUSE)
        except Exception as failure:  # a guardian that ends leaves everybody without a database for ever
            if not isinstance(failure, Unavailable):
                log.exception("The database could not be looked after")
            print(failure, file=sys.stderr, flush=True)
            ending.wait(next(pauses))


def _prepare(folder: Path) -> Identity:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        identity = choose_identity(folder)
        _make_private(folder, identity)
        identity.require_access(folder)
        return identity
    except OSError as error:
        raise Unavailable(
            f"The data folder {folder} cannot be used: {error.strerror}. Name another with KAM_DATA."
        ) from error


def _make_private(folder: Path, identity: Identity) -> None:
    """Only its user may enter it. One that holds other things too keeps its rights; our files have their own."""
    others = {path.name for path in folder.iterdir() if not path.name.startswith(cluster.UNFINISHED)} - _OURS
    if folder.stat().st_uid == os.geteuid() and not others:
        folder.chmod(0o700)
        identity.own(folder)


def _running_or_started(folder: Path, pg_bin: Path | None, identity: Identity, durable: bool) -> Server:
    running = cluster.find_running(folder)
    if running and roles.are_made(folder):
        return Server(running)
    try:
        binaries: Binaries = find_binaries(folder, pg_bin, identity)
        if running is None:
            cluster.create_if_missing(folder, binaries, identity)
            running = cluster.start(folder, binaries, identity, durable)
        roles.make(folder, running, binaries, identity)
        return Server(running)
    except OSError as error:
        raise Unavailable(f"The database in {folder} cannot be started: {_reason(error)}.") from error


def _reason(error: OSError) -> str:
    """Copying a folder fails with a list of what could not be copied, each with its own reason."""
    many = error.args[0] if isinstance(error, shutil.Error) and error.args else None
    words = str(many[-1][-1]) if many else error.strerror or str(error)
    return words.split("] ", 1)[-1].split(":", 1)[0].rstrip(".")


def _leave(folder: Path, users: int) -> None:
    try:
        with turn(folder / _STARTING):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return
            cluster.stop(folder)
    finally:
        close_lock(users)
