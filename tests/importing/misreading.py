"""What a child may do in the place of reading a file: hang, die."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

from kam.importing.judging import Copied
from kam.importing.reading import Opened


def one_batch_then_hang(*_: Any) -> Iterator[Copied]:
    yield Copied(b"", b"", 10)
    time.sleep(3600)


def one_batch_then_die(*_: Any) -> Iterator[Copied]:
    yield Copied(b"", b"", 10)
    os.kill(os.getpid(), signal.SIGKILL)


def hang(*_: Any) -> tuple[Opened, dict[str, int]]:
    while True:
        pass
