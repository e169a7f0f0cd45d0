"""Forms that are too large, have too many fields or never end: nobody else waits for them."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain, repeat
from threading import Event

from tests.attacks.attack import attack, main
from tests.attacks.besieging import Kam, throwing

FORM = "Content-Type: application/x-www-form-urlencoded"
PARTS = "Content-Type: multipart/form-data; boundary=x"
PIECE = 256 * 1024


@attack(seconds=4, usual=True)
def ten_million_fields_from_nobody(kam: Kam) -> Iterator[None]:
    """`a=1&` ten million times, 40 MB, signed out."""
    before = kam.memory()
    with throwing(kam, lambda kam, stop: _send(kam, stop, 40, b"a=1&", role=None)):
        yield
    assert kam.memory() < before + 100


@attack()
def three_times_twelve_megabytes(kam: Kam) -> Iterator[None]:
    """At once, by somebody who is signed in and has the token."""
    head = f"_csrf={kam.token()}&".encode()
    with throwing(kam, lambda kam, stop: _send(kam, stop, 12, b"a=1&", first=head), times=3):
        yield


@attack(seconds=4, usual=True)
def forms_just_within_the_limit(kam: Kam) -> Iterator[None]:
    """2 MB in 4,900 fields, again and again, by somebody who is signed in and has the token."""
    body = f"_csrf={kam.token()}".encode() + (b"&abcdefgh=" + b"%41" * 130) * 4_900
    with throwing(kam, lambda kam, stop: _send_whole(kam, body), times=2):
        yield


@attack()
def a_million_parts(kam: Kam) -> Iterator[None]:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    first = f'--x\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n{kam.token()}\r\n'.encode()
    with throwing(kam, lambda kam, stop: _send(kam, stop, 50, part, first=first, kind=PARTS), times=2):
        yield


@attack()
def a_body_without_end(kam: Kam) -> Iterator[None]:
    """Chunked, of unknown length: as long as anybody reads."""
    with throwing(kam, _send_chunks, times=3):
        yield


@attack()
def a_file_where_none_is_taken(kam: Kam) -> Iterator[None]:
    """60 MB in one part, for a form that has no file."""
    before = kam.memory()
    first = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    with throwing(kam, lambda kam, stop: _send(kam, stop, 60, b"a" * 1024, first=first, kind=PARTS), times=2):
        yield
    assert kam.memory() < before + 100


def _send(
    kam: Kam, stop: Event, megabytes: int, piece: bytes, *, first: bytes = b"", role: str | None = "manager",
    kind: str = FORM,
) -> None:  # fmt: skip
    """Sends the piece until it makes so many megabytes, then waits for the answer."""
    many = piece * (PIECE // len(piece))
    size = len(first) + len(many) * (megabytes * 1024 * 1024 // len(many))
    head = kam.head("POST", "/preferences", kind, f"Content-Length: {size}", role=role)
    with closing(kam.connect()) as connection:
        connection.sendall(head + first)
        _push(connection, repeat(many, (size - len(first)) // len(many)), stop)
        connection.recv(1000)


def _send_chunks(kam: Kam, stop: Event) -> None:
    many = b"a=1&" * (PIECE // 4)
    chunk = f"{len(many):x}\r\n".encode() + many + b"\r\n"
    with closing(kam.connect()) as connection:
        head = kam.head("POST", "/preferences", FORM, "Transfer-Encoding: chunked")
        _push(connection, chain([head], repeat(chunk)), stop)


def _send_whole(kam: Kam, body: bytes) -> None:
    kam.answer(kam.head("POST", "/preferences", FORM, f"Content-Length: {len(body)}", "Connection: close") + body)


def _push(connection: socket.socket, pieces: Iterable[bytes], stop: Event) -> None:
    for piece in pieces:
        if stop.is_set():
            return
        connection.sendall(piece)


if __name__ == "__main__":
    main(__name__)
