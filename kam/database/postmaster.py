"""Which process is the server of a data folder: known by the folder and by when it started, never by number or name.

Numbers of processes repeat, in containers above all, and what has the number now may be somebody else's PostgreSQL.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kam.errors import Unavailable

_CLOCK = 3  # seconds by which the two ways of telling when a process started may differ


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says: `started` in seconds, `status` is starting, ready, stopping, or empty at first."""

    pid: int
    started: int
    sockets: str
    status: str


def noted(folder: Path) -> Postmaster | None:
    """The server that was last started in this folder, alive or not."""
    try:
        lines = (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        lines += [""] * (8 - len(lines))
        return Postmaster(int(lines[0]), int(lines[2] or 0), lines[4].strip(), lines[7].strip())
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None
    except PermissionError as error:
        raise Unavailable(
            f"The database in {folder} belongs to another user. Start kam as that user, or set KAM_DATA."
        ) from error


def running(folder: Path) -> Postmaster | None:
    """The same, if that very server lives."""
    found = noted(folder)
    return found if found and lives(found.pid) and _is_of(folder, found) else None


def remember(folder: Path, pid: int) -> None:
    """Writes down when the server that we have just started began, by a clock that nobody sets."""
    with contextlib.suppress(OSError):
        _mark(folder).write_text(f"{pid} {_began(pid)}")


def _is_of(folder: Path, found: Postmaster) -> bool:
    with contextlib.suppress(OSError, ValueError):
        pid, _, began = _mark(folder).read_text().partition(" ")
        if int(pid) == found.pid:
            return began == _began(found.pid)
    with contextlib.suppress(OSError):  # a server works in its folder; in containers root may not ask for that
        return Path(os.readlink(f"/proc/{found.pid}/cwd")) == (folder / "data").resolve()
    return abs(_began_by_the_clock(found.pid) - found.started) <= _CLOCK


def _mark(folder: Path) -> Path:
    return folder / "server.began"


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _state(pid) not in ("", "Z")


def _state(pid: int) -> str:
    if not Path("/proc/self").exists():
        return _ps(pid, "stat")[:1]
    return (_stat(pid) or [""])[0]


def _began(pid: int) -> str:
    """Ticks since the machine was switched on, and which switching on that was."""
    if not Path("/proc/self").exists():
        return _ps(pid, "lstart")
    stat = _stat(pid)
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{boot.read_text().strip()} {stat[19]}" if stat else ""


def _began_by_the_clock(pid: int) -> float:
    stat = _stat(pid)
    if not stat:
        return 0
    lines = Path("/proc/stat").read_text().splitlines()
    switched_on = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
    return switched_on + int(stat[19]) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _ps(pid: int, what: str) -> str:
    run = subprocess.run(["ps", "-p", str(pid), "-o", f"{what}="], capture_output=True, text=True, check=False)
    return run.stdout.strip()
