"""Locks on files, which the kernel takes back when their holder dies; none of them lives across a fork.

A child that is made while a lock is held would keep it with its copy of the open file, and later wait for itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from kam.database.patience import Patience
from kam.errors import Unavailable

_OPEN: set[int] = set()


def open_lock(path: Path) -> int:
    """The file's descriptor. Raises Unavailable if the file cannot be made."""
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable(
            f"The data folder {path.parent} cannot be written to: {error.strerror}. "
            "Make it writable, or name another with KAM_DATA."
        ) from error
    _OPEN.add(lock)
    return lock


def close_lock(lock: int) -> None:
    if lock in _OPEN:
        _OPEN.remove(lock)
        os.close(lock)


@contextlib.contextmanager
def turn(path: Path) -> Iterator[None]:
    """One at a time; who waits says for whom."""
    lock = open_lock(path)
    try:
        _take(lock, path)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        close_lock(lock)


def _take(lock: int, path: Path) -> None:
    patience: Patience | None = None
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            patience = patience or Patience(_waiting_for(lock, path))
            patience.go_on()


def _waiting_for(lock: int, path: Path) -> str:
    holder = os.pread(lock, 20, 0).decode(errors="replace")
    who = f"the kam with process number {holder}" if holder else "another kam"
    return (
        f"Waiting for {who}, which is starting or stopping the database in {path.parent}. "
        "If nothing happens there, end that process."
    )


def _forget() -> None:
    """In the child: closing our copies leaves the locks with the parent alone."""
    for lock in _OPEN:
        with contextlib.suppress(OSError):
            os.close(lock)
    _OPEN.clear()


os.register_at_fork(after_in_child=_forget)
