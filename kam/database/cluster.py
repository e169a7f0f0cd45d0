"""One PostgreSQL data directory: created whole or not at all, started, found running, stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kam.database.binaries import Binaries
from kam.database.identity import Identity
from kam.database.sockets import PORT, answers, socket_folder_for
from kam.database.tuning import options
from kam.errors import Unavailable

OWNER = "kam"
NAME = "kam"
_PATIENCE = 60.0  # seconds; a recovery after a crash may take its time


def find_running(folder: Path) -> str | None:
    """The socket folder of a server that answers, as its own `postmaster.pid` names it."""
    note = _note(folder)
    if note is None:
        return None
    pid, socket_folder = note
    if not _is_postgres(pid):
        _remove_stale(folder, socket_folder)
        return None
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and _is_postgres(pid):
        if socket_folder and answers(socket_folder) and _ready(folder):
            return socket_folder
        time.sleep(0.02)
        socket_folder = (_note(folder) or note)[1]
    return None


def is_alive(folder: Path) -> bool:
    """Whether there is a server at all; asks it nothing, so it may be asked often."""
    note = _note(folder)
    return note is not None and _is_postgres(note[0])


def create_if_missing(folder: Path, binaries: Binaries, identity: Identity) -> None:
    """Made beside its place and then renamed, so that an interrupted start leaves nothing half-made."""
    data = folder / "data"
    if data.exists():
        _require_same_version(data, binaries)
        return
    unfinished = folder / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    identity.own(unfinished)
    run = subprocess.run(_initdb(unfinished, binaries), **_as(identity, folder))
    if run.returncode:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise Unavailable(f"The database in {folder} could not be created: {_last_words(run.stderr)}")
    unfinished.rename(data)


def start(folder: Path, binaries: Binaries, identity: Identity, durable: bool) -> str:
    """Starts the server apart from our own process group, so that Ctrl-C reaches kam and not the database."""
    sockets = socket_folder_for(folder, identity)
    log = folder / "postgres.log"
    deadline = time.monotonic() + _PATIENCE
    while True:
        process = _launch(folder, binaries, identity, sockets, log, durable)
        if _becomes_ready(folder, process, deadline):
            _create_database(sockets, binaries, identity, folder)
            return sockets
        words = _last_words(log.read_text(encoding="utf-8", errors="replace"))
        # After a kill -9 of the server its helpers hold the old shared memory for a moment.
        if "shared memory" not in words or time.monotonic() > deadline:
            raise Unavailable(f"The database in {folder} does not start: {words} The whole story is in {log}.")
        time.sleep(0.2)


def stop(folder: Path) -> None:
    """Lets running statements end with an error and waits until all is on disk."""
    note = _note(folder)
    if note is None or not _is_postgres(note[0]):
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(note[0], signal.SIGINT)
    deadline = time.monotonic() + _PATIENCE
    while _note(folder) is not None and _is_postgres(note[0]) and time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(note[0], os.WNOHANG)
        time.sleep(0.01)


def _launch(
    folder: Path, binaries: Binaries, identity: Identity, sockets: str, log: Path, durable: bool
) -> subprocess.Popen[bytes]:
    command = [binaries.program("postgres"), "-D", str(folder / "data"), "-k", sockets, "-p", str(PORT)]
    for name, value in options(folder, durable).items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env=_environment(),
            **identity.process_options(),
        )


def _becomes_ready(folder: Path, process: subprocess.Popen[bytes], deadline: float) -> bool:
    while process.poll() is None:
        note = _note(folder)
        if note and note[0] == process.pid and _ready(folder):
            return True
        if time.monotonic() > deadline:
            process.terminate()
            return False
        time.sleep(0.01)
    return False


def _create_database(sockets: str, binaries: Binaries, identity: Identity, folder: Path) -> None:
    """`createdb` says so when the database is there already, which is the usual case."""
    mark = folder / "data" / "kam.created"
    if mark.exists():
        return
    command = [binaries.program("createdb"), "-h", sockets, "-p", str(PORT), "-U", OWNER, NAME]
    run = subprocess.run(command, **_as(identity, folder))
    if run.returncode and "already exists" not in run.stderr:
        raise Unavailable(f"The database in {folder} could not be created: {_last_words(run.stderr)}")
    mark.touch()


def _initdb(data: Path, binaries: Binaries) -> list[str]:
    base = [binaries.program("initdb"), "-D", str(data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    if binaries.major >= 17:
        return [*base, "--locale=C.UTF-8", "--locale-provider=builtin", "--lc-collate=C", "--lc-ctype=C"]
    # Sorted by code point as above, but with letters beyond a to z; macOS calls that otherwise.
    return [*base, "--locale=C", f"--lc-ctype={'C.UTF-8' if sys.platform != 'darwin' else 'en_US.UTF-8'}"]


def _as(identity: Identity, folder: Path) -> dict[str, Any]:
    return {
        "capture_output": True,
        "text": True,
        "errors": "replace",
        "cwd": "/",
        "env": _environment(),
        **identity.process_options(),
    }


def _environment() -> dict[str, str]:
    """No PGDATA, PGHOST and the like of the person's own PostgreSQL; messages in English, since we read them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _note(folder: Path) -> tuple[int, str] | None:
    """Process id and socket folder from `postmaster.pid`."""
    try:
        lines = (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return int(lines[0]), lines[4].strip() if len(lines) > 4 else ""
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None
    except PermissionError as error:
        raise Unavailable(
            f"The database in {folder} belongs to another user. Start kam as that user, or set KAM_DATA."
        ) from error


def _ready(folder: Path) -> bool:
    try:
        lines = (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def _is_postgres(pid: int) -> bool:
    """Whether this process id is a live server, and not another program that got the number after a crash."""
    proc = Path(f"/proc/{pid}")
    if proc.parent.joinpath("self").exists():
        try:
            state = (proc / "stat").read_text().rsplit(")", 1)[1].split()[0]
            return state != "Z" and (proc / "comm").read_text().strip() == "postgres"
        except (FileNotFoundError, ProcessLookupError):
            return False
    run = subprocess.run(["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False)
    return run.stdout.strip().endswith("postgres")


def _remove_stale(folder: Path, socket_folder: str) -> None:
    """What a killed server left. PostgreSQL itself would take a dead child of a living kam for a running server."""
    (folder / "data" / "postmaster.pid").unlink(missing_ok=True)
    if socket_folder:
        Path(socket_folder, f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


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


def _last_words(log: str) -> str:
    """The most telling line of what PostgreSQL said: a full disk, else the last FATAL or error, else the last line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    marks = ("FATAL:", "error:", "PANIC:")
    full = [line for line in lines if "No space left on device" in line]
    telling = full or [line for line in lines if any(mark in line for mark in marks)]
    line = (telling or lines or ["it gave no reason"])[-1]
    for mark in marks:
        line = line.split(mark)[-1].strip()
    return line.rstrip(".") + "."
