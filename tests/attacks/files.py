"""Files made to hang, swell or crash whatever reads them: only a child of kam pays for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

from tests.attacks.attack import attack, main
from tests.attacks.besieging import Kam, throwing
from tests.importing.evil import HEADER, packed_to_much, text_cell, wide, workbook
from tests.processes import command, descendants

EVIL = {
    "far row": workbook(HEADER + f'<row r="2147483647">{text_cell("A2147483647")}</row>'),
    "gzip of a gigabyte": packed_to_much(2_400),
    "wide": wide(50, 200_000),
    "coloured": workbook(HEADER + '<row r="1048576"><c r="A1048576" s="1"/></row>'),
}
# It occupies its reader for some seconds.
SLOW = workbook(HEADER, strings=15_000_000)


@attack(seconds=4, usual=True)
def sixteen_evil_workbooks_at_once(kam: Kam) -> Iterator[None]:
    answers: list[bytes] = []
    with throwing(kam, lambda kam, stop: answers.append(_uploaded(kam, EVIL["far row"])), times=16):
        yield
        assert _seconds_of_signing_in(kam) < 2
    _check(kam, answers)


@attack(seconds=15)
def every_evil_file_again_and_again(kam: Kam) -> Iterator[None]:
    answers: list[bytes] = []

    def throw(kam: Kam, stop: Event) -> None:
        answers.extend(_uploaded(kam, content) for content in EVIL.values())

    with throwing(kam, throw, times=8):
        yield
    _check(kam, answers)


@attack(seconds=4, usual=True)
def uploads_that_nobody_waits_for(kam: Kam) -> Iterator[None]:
    """Whoever leaves while the file is read ends the reading."""

    def throw(kam: Kam, stop: Event) -> None:
        with closing(kam.connect()) as connection:
            connection.sendall(_upload(kam, SLOW))
            stop.wait(1)

    with throwing(kam, throw, times=4):
        yield
    time.sleep(0.5)
    assert not [pid for pid in _readers(kam) if _is_running(pid)], "a file is still read"
    assert "Traceback" not in kam.log()
    assert _is_taken(_uploaded(kam, b"name,since\nAcme,2026\n"))


def _seconds_of_signing_in(kam: Kam) -> float:
    """With a wrong password, which is checked like a right one."""
    begun = time.monotonic()
    body = f"_csrf={kam.token()}&email=nobody@example.com&password=not-mine-at-all".encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    asked = kam.head("POST", "/sign-in", kind, f"Content-Length: {len(body)}", "Connection: close") + body
    assert kam.answer(asked).split(b" ", 2)[1] == b"422"
    return time.monotonic() - begun


def _check(kam: Kam, answers: list[bytes]) -> None:
    """Each was answered with a sentence, and a good file is still taken."""
    assert answers
    assert {answer.split(b" ", 2)[1] for answer in answers} == {b"422"}
    assert "Traceback" not in kam.log()
    assert _is_taken(_uploaded(kam, b"name,since\nAcme,2026\n"))


def _is_taken(answer: bytes) -> bool:
    return answer.split(b" ", 2)[1] == b"303"


def _uploaded(kam: Kam, content: bytes) -> bytes:
    return kam.answer(_upload(kam, content), timeout=60)


def _upload(kam: Kam, content: bytes) -> bytes:
    mark = "----evil"
    fields = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("_csrf", kam.token()), ("kind", "customers"))
    )
    file = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="evil"\r\n\r\n'
    body = (fields + file).encode() + content + f"\r\n--{mark}--\r\n".encode()
    kind = f"Content-Type: multipart/form-data; boundary={mark}"
    return kam.head("POST", "/imports", kind, f"Content-Length: {len(body)}", "Connection: close") + body


def _readers(kam: Kam) -> list[int]:
    return [pid for pid in descendants(kam.process.pid) if "kam.children.inside" in command(pid)]


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "R"
    except (FileNotFoundError, ProcessLookupError):
        return False


if __name__ == "__main__":
    main(__name__)
