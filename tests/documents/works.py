"""What the tests let a child draw; imported by the child itself."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from kam.documents.rendering import pdf


def hanging(begun: str = "", *, data: Path) -> bytes:
    """Never ends; writes its process into the file `begun` first."""
    if begun:
        Path(begun).write_text(str(os.getpid()))
    while True:
        time.sleep(60)


def swelling(*, data: Path) -> bytes:
    held = []
    while True:
        held.append(bytearray(1 << 24))


def small(text: str, *, data: Path) -> tuple[int, bytes]:
    head = '<html lang="en"><head><title>T</title><meta name="dcterms.created" content="2026-06-15"></head>'
    return os.getpid(), pdf(f"{head}<body>{text}</body></html>", data=data, identifier=b"small")


def dying(*, data: Path) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""
