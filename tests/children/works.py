"""What the tests let a child do; imported by the child itself."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kam.errors import Invalid


@dataclass(frozen=True, slots=True)
class Found:
    name: str
    day: date
    content: bytes


def pid() -> int:
    return os.getpid()


def doubled(number: int) -> int:
    return number * 2


def found(name: str, *, day: date) -> Found:
    return Found(name, day, name.encode())


def refused() -> None:
    raise Invalid({"file": "Choose another."}, "a.csv: 3")


def broken() -> None:
    raise KeyError("nobody thought of this")


def hang() -> None:
    while True:
        pass


def hang_in_c() -> None:
    """Holds the interpreter's lock, so that no thread of the child can look after anything."""
    ctypes.PyDLL(None).sleep(3600)


def swell() -> int:
    return len([b"x" * 1_000_000 for _ in range(4000)])


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def counting(most: int) -> Iterator[int]:
    yield from range(most)


def slow_counting(mark: str) -> Iterator[bytes]:
    """Writes down how far it is, item by item of a megabyte."""
    for number in range(1000):
        Path(mark).write_text(str(number))
        yield b"x" * 1_000_000


def faltering() -> Iterator[int]:
    yield 1
    raise Invalid({"file": "The second item is damaged."})


def wait(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def environment() -> dict[str, str]:
    return dict(os.environ)


def open_sockets() -> int:
    count = 0
    for number in os.listdir("/proc/self/fd"):
        try:
            count += os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
        except OSError:
            continue
    return count


def user_and_session() -> tuple[int, bool]:
    return os.getuid(), os.getsid(0) == os.getpid()
