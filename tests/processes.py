"""Who lives below whom on this machine. A process, or one of its threads, may end while it is looked at."""

from __future__ import annotations

from pathlib import Path


def descendants(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return []
    direct = [int(child) for task in tasks for child in read(task / "children").split()]
    return direct + [below for child in direct for below in descendants(child)]


def command(pid: int) -> str:
    """Empty for one that has ended."""
    return read(Path(f"/proc/{pid}/cmdline")).replace("\0", " ")


def megabytes(pid: int) -> float:
    """Its proportional share of memory."""
    lines = [line.split() for line in read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()]
    return sum(int(line[1]) for line in lines if line[0] == "Pss:") / 1024


def read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
