"""One PostgreSQL data directory: created whole or not at all, started, found running, stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kam.database import postmaster
from kam.database.binaries import Binaries
from kam.database.commands import environment, last_words, run_as
from kam.database.identity import Identity
from kam.database.orphans import end_orphans
from kam.database.patience import Patience
from kam.database.roles import SUPERUSER
from kam.database.server_log import ServerLog
from kam.database.sockets import PORT, answers, socket_folder_for
from kam.database.tuning import options
from kam.errors import Unavailable

UNFINISHED = "data.unfinished"  # begins the name of a database that is being made
_TRIES = 20
_PATIENCE = 30.0  # seconds to write everything down before a stop
_STOPPING = 10.0  # seconds that a server which hangs while it stops is given

_launched: list[subprocess.Popen[bytes]] = []


def find_running(folder: Path) -> str | None:
    """The socket folder of the server of this folder, once it answers; one that hangs while it ends is ended."""
    patience: Patience | None = None
    while found := postmaster.running(folder):
        if found.status == "ready" and answers(found.sockets):
            return found.sockets
        patience = patience or Patience(f"The database in {folder} is not ready yet; after a crash it recovers first.")
        patience.go_on()
        if found.status == "stopping" and patience.seconds > _STOPPING:
            stop(folder)
    _remove_stale(folder)
    return None


def is_alive(folder: Path) -> bool:
    """Whether there is a server at all; asks it nothing, so it may be asked often."""
    return postmaster.running(folder) is not None


def create_if_missing(folder: Path, binaries: Binaries, identity: Identity) -> None:
    """Made beside its place and then renamed, so that an interrupted start leaves nothing half-made. Each try has a
    folder of its own, as what was begun by a kam that was killed goes on for a while."""
    data = folder / "data"
    if data.exists():
        _require_same_version(data, binaries)
        return
    _clear_away(folder)
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    identity.own(unfinished)
    run = run_as(identity, _initdb(unfinished, binaries))
    if run.returncode:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise Unavailable(f"The database in {folder} could not be created: {last_words(run.stderr)}")
    unfinished.rename(data)
    _clear_away(folder)


def _clear_away(folder: Path) -> None:
    for left in folder.glob(f"{UNFINISHED}*"):
        for _ in range(_TRIES):  # who still writes into it notices soon that it is gone
            shutil.rmtree(left, ignore_errors=True)
            if not left.exists():
                break
            time.sleep(0.1)


def start(folder: Path, binaries: Binaries, identity: Identity, durable: bool) -> str:
    """Starts the server apart from our own process group, so that Ctrl-C reaches kam and not the database."""
    sockets = socket_folder_for(folder, identity)
    log = ServerLog(folder)
    began = time.monotonic()
    while True:
        log.begin()
        process = _launch(folder, binaries, identity, sockets, log, durable)
        if _becomes_ready(folder, process):
            return sockets
        said, waited = log.since_the_start(), time.monotonic() - began
        if not (_is_held(said) or _was_killed(process, said)) or waited > _PATIENCE:
            raise Unavailable(
                f"The database in {folder} does not start: {last_words(said)} The whole story is in {log.path}."
            )
        end_orphans(folder, waited)
        time.sleep(0.2)


def _is_held(said: str) -> bool:
    """By processes of a server that was killed, which hold its shared memory."""
    return "shared memory block" in said


def _was_killed(process: subprocess.Popen[bytes], said: str) -> bool:
    """While it started: it, or the process that recovers for it."""
    return process.returncode == -signal.SIGKILL or "was terminated by signal 9" in said


def stop(folder: Path) -> None:
    """Lets running statements end with an error and waits until all is on disk; a server that cannot write any more is
    ended as in a crash, from which the next start recovers."""
    for means, patience in ((signal.SIGINT, _PATIENCE), (signal.SIGQUIT, _STOPPING), (signal.SIGKILL, _STOPPING)):
        found = postmaster.running(folder)
        if found and found.status == "stopping":  # it was told before; one told during a recovery may never end
            patience = min(patience, _STOPPING)
        if found is None or _ended(folder, found.pid, means, patience):
            return
        print(f"The database in {folder} did not stop within {patience:.0f} seconds.", file=sys.stderr, flush=True)


def _ended(folder: Path, pid: int, means: signal.Signals, patience: float) -> bool:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, means)
    deadline = time.monotonic() + patience
    while postmaster.running(folder) and time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.01)
    return postmaster.running(folder) is None


def _launch(
    folder: Path, binaries: Binaries, identity: Identity, sockets: str, log: ServerLog, durable: bool
) -> subprocess.Popen[bytes]:
    command = [binaries.program("postgres"), "-D", str(folder / "data"), "-k", sockets, "-p", str(PORT)]
    for name, value in options(folder, durable).items():
        command += ["-c", f"{name}={value}"]
    with log.opened() as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env=environment(),
            **identity.process_options(),
        )
    postmaster.remember(folder, process.pid)
    _launched.append(process)
    return process


def bury() -> None:
    """Takes leave of servers that we started and that have ended, though another kam may have started the next one."""
    _launched[:] = [process for process in _launched if process.poll() is None]


def _becomes_ready(folder: Path, process: subprocess.Popen[bytes]) -> bool:
    """Waits as long as it lives: a recovery after a crash takes its time."""
    patience = Patience(f"The database in {folder} is starting; after a crash it recovers first.")
    while process.poll() is None:
        found = postmaster.noted(folder)
        if found and found.pid == process.pid and found.status == "ready":
            return True
        patience.go_on(0.01)
    return False


def _initdb(data: Path, binaries: Binaries) -> list[str]:
    base = [binaries.program("initdb"), "-D", str(data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    if binaries.major >= 17:
        return [*base, "--locale=C.UTF-8", "--locale-provider=builtin", "--lc-collate=C", "--lc-ctype=C"]
    # Sorted by code point as above, but with letters beyond a to z; macOS calls that otherwise.
    return [*base, "--locale=C", f"--lc-ctype={'C.UTF-8' if sys.platform != 'darwin' else 'en_US.UTF-8'}"]


def _remove_stale(folder: Path) -> None:
    """What a killed server left. PostgreSQL itself would take a dead child of a living kam for a running server."""
    left = postmaster.noted(folder)
    if left is None:
        return
    (folder / "data" / "postmaster.pid").unlink(missing_ok=True)
    if left.sockets:
        Path(left.sockets, f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _require_same_version(data: Path, binaries: Binaries) -> None:
    try:
        written = (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise Unavailable(f"{data} is not a PostgreSQL data folder. Move it away, or set KAM_DATA.") from None
    if written != str(binaries.major):
        raise Unavailable(
            f"The data in {data} were written by PostgreSQL {written}, but this is PostgreSQL {binaries.major}. "
            f"Name the programs of version {written} with KAM_PG_BIN."
        )
