"""What a killed server left running: each of its processes first finishes the statement that it is at, for a minute or
an hour, and until the last one has ended no other server starts on the folder."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_IN_ORDER = 5.0  # seconds in which they are told to end as after a crash, before they are killed; both lose nothing


def end_orphans(folder: Path, waited: float) -> None:
    """Only where no server lives on this folder. `waited` is the seconds since they were first in the way."""
    for pid in _working_in(folder / "data"):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGQUIT if waited < _IN_ORDER else signal.SIGKILL)


def _working_in(data: Path) -> Iterator[int]:
    """Known by the folder that they work in, which no other server shares. Without /proc they end in their own time."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.readlink(process / "cwd") == str(data.resolve()) and (process / "comm").read_text() == "postgres\n":
                yield int(process.name)
