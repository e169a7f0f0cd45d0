"""Visitors who begin and do not go on, who take nothing of their answer, or who leave: nobody else waits for them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Event

from kam.web.limits import ANSWER_SECONDS, BODY_SECONDS, HEAD_SECONDS
from tests.attacks.attack import attack, main
from tests.attacks.besieging import Kam, throwing

HEADS, BODIES, READERS, LEAVING = 1_200, 400, 40, 300
FORM = "Content-Type: application/x-www-form-urlencoded"


@attack(seconds=3, usual=True)
def half_sent_heads(kam: Kam) -> Iterator[None]:
    """Some begun, some with nothing at all; every one is closed in time."""
    half = kam.head("GET", "/customers")[:-4]
    with _open(kam, [half, b"", b"G"] * (HEADS // 3)) as connections:
        yield
        assert _closed(connections, HEAD_SECONDS + 5) == HEADS


@attack(seconds=6)
def half_sent_bodies(kam: Kam) -> Iterator[None]:
    head = kam.head("POST", "/preferences", FORM, "Content-Length: 5000") + b"a=1"
    with _open(kam, [head] * BODIES) as connections:
        yield
        assert _closed(connections, BODY_SECONDS + 5) == BODIES


@attack(seconds=6)
def dripping_bodies(kam: Kam) -> Iterator[None]:
    """A byte now and then is progress, but not enough of it."""
    head = kam.head("POST", "/preferences", FORM, "Content-Length: 5000") + f"_csrf={kam.token()}&a=".encode()
    with _open(kam, [head] * 50) as connections:
        yield
        deadline = time.monotonic() + BODY_SECONDS + 10
        while connections and time.monotonic() < deadline:
            connections = [one for one in connections if _drips(one)]
            time.sleep(1)
        assert not connections


@attack(seconds=6)
def answers_that_nobody_takes(kam: Kam) -> Iterator[None]:
    """Exports are asked for, many over each connection, and not read."""
    export = kam.head("GET", "/orders?format=csv", role="manager")
    with _open(kam, [export * 30] * READERS, receiving=4096):
        yield
        assert kam.connections() >= READERS
        time.sleep(ANSWER_SECONDS + 10)  # the system looks only now and then
        assert kam.connections() == 0


@attack(seconds=4, usual=True)
def leaving(kam: Kam) -> Iterator[None]:
    """In the middle of a head, of a form, of an upload, and before an answer: none is a fault, none is in the log."""
    before = kam.log()
    with throwing(kam, _leave, times=2):
        yield
    time.sleep(1)
    assert kam.log() == before


def _leave(kam: Kam, stop: Event) -> None:
    boundary = "Content-Type: multipart/form-data; boundary=x"
    token = f'--x\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n{kam.token("administrator")}\r\n'.encode()
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + b"a" * 300_000
    begun = (
        kam.head("GET", "/customers")[:-9],
        kam.head("GET", "/customers"),
        kam.head("GET", "/orders?format=csv"),
        kam.head("POST", "/preferences", FORM, "Content-Length: 5000") + b"_csrf=1",
        kam.head("POST", "/preferences", FORM, "Content-Length: 5000") + f"_csrf={kam.token()}&theme=dark".encode(),
        kam.head("POST", "/imports", boundary, "Content-Length: 9000000", role="administrator") + token + file,
        kam.head("POST", "/preferences", FORM, "Transfer-Encoding: chunked", role=None) + b"4\r\na=1&\r\n",
    )
    for number, sent in enumerate(begun):
        with closing(kam.connect()) as connection:
            if number % 2:  # a connection that is cut off rather than closed
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.sendall(sent)
            stop.wait(0.02)


@contextmanager
def _open(kam: Kam, beginnings: Iterable[bytes], *, receiving: int = 0) -> Iterator[list[socket.socket]]:
    """One connection for each beginning, which is sent and then left so."""
    with ExitStack() as stack:
        connections = []
        for beginning in beginnings:
            connection = stack.enter_context(closing(socket.socket()))
            if receiving:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receiving)
            connection.settimeout(10)
            connection.connect(("127.0.0.1", kam.port))
            connection.sendall(beginning)
            connections.append(connection)
        yield connections


def _closed(connections: Iterable[socket.socket], seconds: float) -> int:
    """How many the other side has closed within this time; what it said before is taken in."""
    deadline, closed = time.monotonic() + seconds, 0
    for connection in connections:
        closed += _ends(connection, deadline)
    return closed


def _ends(connection: socket.socket, deadline: float) -> bool:
    try:
        while True:
            connection.settimeout(max(deadline - time.monotonic(), 0.01))
            if not connection.recv(65536):
                return True
    except TimeoutError:
        return False
    except OSError:
        return True


def _drips(connection: socket.socket) -> bool:
    try:
        connection.sendall(b"1")
        connection.setblocking(False)
        return bool(connection.recv(100) and False)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        connection.settimeout(5)


if __name__ == "__main__":
    main(__name__)
