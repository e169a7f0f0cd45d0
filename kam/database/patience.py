"""A wait that speaks: after some seconds it says what is waited for and what to do, and again now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

_FIRST, _AGAIN = 3.0, 20.0  # seconds


class Patience:
    """`sentence` is printed to standard error once the wait has lasted; call `go_on` in every round of it."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.began = time.monotonic()
        self._next = self.began + _FIRST

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def go_on(self, pause: float = 0.02) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _AGAIN
            print(f"{self.sentence} ({self.seconds:.0f} seconds so far)", file=sys.stderr, flush=True)
        time.sleep(pause)


def growing_pauses(longest: float = 60.0) -> Iterator[float]:
    """Seconds to wait before something that failed is tried again: 1, 2, 4 … up to the longest."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 2, longest)
