"""The web server: how many connections it holds, and how it gets rid of those that do not get on.

granian holds at most `backpressure` connections in each process and accepts no more; idle and half-sent ones count. So
there is room for thousands, and each goes after a time without progress: the head of a request by a limit of granian,
its body by `kam.web.arriving`, and an answer that nobody takes by TCP itself, since granian would wait for ever.
"""

from __future__ import annotations

import resource
import socket
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import Server

from kam.web.limits import ANSWER_SECONDS, HEAD_SECONDS

_WAITING = 4096  # connections that the system holds until a process takes them
_CONNECTIONS = 8192  # of one process
_OTHER_FILES = 256  # that a process opens besides


class _Server(Server):  # type: ignore[misc,valid-type]
    """All processes take from one socket, so that none has a queue of its own which waits while others are free."""

    def _init_shared_socket(self) -> None:
        self._sso = listening(self.bind_addr, self.bind_port)
        self._sso.set_inheritable(True)
        self._shd = SocketHolder(self._sso.fileno(), False, _WAITING)  # type: ignore[call-arg]


def server_of(target: str, host: str, port: int, workers: int) -> Any:
    return _Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        factory=True,
        http=HTTPModes.http1,  # with both, a connection that sends nothing at all would stay for ever
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000),
        backlog=_WAITING,
        backpressure=_room(),
        log_level="warning",
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
    )


def listening(host: str, port: int) -> socket.socket:
    """What is set here holds for every connection: one that takes nothing of what is sent to it is cut off."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=_WAITING)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # on Linux
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, ANSWER_SECONDS * 1000)
    return listener


def _room() -> int:
    """As many connections as fit beside other files into what the system lets a process open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OTHER_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(min(_CONNECTIONS, soft - _OTHER_FILES), _OTHER_FILES)
