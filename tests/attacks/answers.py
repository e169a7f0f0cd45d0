"""Answers that come before a body was read: whoever is still sending gets to read them, and not a reset connection."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import repeat

import httpx

from tests.attacks.attack import attack, main
from tests.attacks.besieging import Kam, throwing

FORM = "application/x-www-form-urlencoded"
PIECE = b"a=1&" * 16_384
TRIES = 60


@attack(seconds=2, usual=True)
def every_early_answer_arrives(kam: Kam) -> Iterator[None]:
    """From nobody, from another site, with too much: told by length or chunked, by raw sockets, httpx and curl."""
    with throwing(kam, lambda kam, stop: _raw(kam)):
        yield
    seen = Counter(_raw(kam) for _ in range(TRIES))
    assert seen == {b"413": TRIES}, seen
    seen = Counter(_by_httpx(kam, chunked) for chunked in (True, False) * 10)
    assert seen == {413: 20}, seen
    assert set(_by_curl(kam)) <= {"413", "417"}
    assert _expecting(kam).startswith(b"HTTP/1.1 413")


def _raw(kam: Kam, megabytes: int = 8) -> bytes:
    """Reads only when all is sent, as many programs do."""
    size = megabytes * 1024 * 1024
    head = kam.head("POST", "/preferences", f"Content-Type: {FORM}", f"Content-Length: {size}", role=None)
    with closing(kam.connect()) as connection:
        try:
            connection.sendall(head)
            for piece in repeat(PIECE, size // len(PIECE)):
                connection.sendall(piece)
            return connection.recv(1000).split()[1]
        except OSError as error:
            return type(error).__name__.encode()


def _by_httpx(kam: Kam, chunked: bool) -> int | str:
    body = repeat(PIECE, 160) if chunked else PIECE * 160
    try:
        address = f"http://127.0.0.1:{kam.port}/preferences"
        return httpx.post(address, content=body, headers={"content-type": FORM}, timeout=20).status_code
    except httpx.TransportError as error:
        return type(error).__name__


def _by_curl(kam: Kam) -> list[str]:
    """With and without asking first whether to send; curl asks by itself when there is much."""
    if not shutil.which("curl"):
        return []
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@-"]
    address = f"http://127.0.0.1:{kam.port}/preferences"
    ways = ([], ["-H", "Expect:"], ["-H", "Transfer-Encoding: chunked"])
    return [
        subprocess.run([*command, *way, address], input=PIECE * 160, capture_output=True).stdout.decode()
        for way in ways
    ]  # fmt: skip


def _expecting(kam: Kam) -> bytes:
    head = kam.head("POST", "/preferences", f"Content-Type: {FORM}", "Content-Length: 99999999", "Expect: 100-continue")
    return kam.answer(head)


if __name__ == "__main__":
    main(__name__)
