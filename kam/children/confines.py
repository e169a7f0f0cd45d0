"""What a child imposes upon itself: to end with kam, to let pages go first, and to take no more memory than allowed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOOKS_EVERY = 0.5
SWOLLEN = 99  # the exit status of a child that had to end because it took too much memory
_allowed: int | None = None  # bytes


def enter(parent: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        with contextlib.suppress(OSError):  # were memory short, the kernel would rather end us than the database
            Path("/proc/self/oom_score_adj").write_text("900")
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def allow(memory: int | None) -> None:
    """Of its own memory, in megabytes, from now on. Where the system does not enforce it, `_watch` does."""
    global _allowed
    _allowed = memory * 1024 * 1024 if memory else None
    if sys.platform != "linux":
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = hard if _allowed is None else _allowed if hard == resource.RLIM_INFINITY else min(_allowed, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _watch(parent: int) -> None:
    """The systems that tell nobody of a parent's end, or count memory otherwise, leave both to us."""
    while os.getppid() == parent and not _is_swollen():
        time.sleep(_LOOKS_EVERY)
    os._exit(SWOLLEN)


def _is_swollen() -> bool:
    return sys.platform != "linux" and _allowed is not None and _highest() > _allowed


def _highest() -> int:
    """The most memory that was ever in use, with what is shared."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
