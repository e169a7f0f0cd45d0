"""The web server: how many connections it holds, and how it gets rid of those that do not get on.

granian holds at most `backpressure` connections in each process and accepts no more; idle and half-sent ones count. So
there is room for thousands, and each goes after a time without progress: the head of a request by a limit of granian,
its body by `kam.web.arriving`, and an answer that nobody takes by TCP itself, since granian would wait for ever.
"""

from __future__ import annotations

import resource
import socket
import sys
import threading
import time
from functools import partial
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import Server

from kam.database.patience import growing_pauses
from kam.web.limits import ANSWER_SECONDS, HEAD_SECONDS

_WAITING = 4096  # connections that the system holds until a process takes them
_CONNECTIONS = 8192  # of one process
_OTHER_FILES = 256  # that a process opens besides
_SHARED_OUT = sys.platform == "linux"  # elsewhere the newest socket of a port takes all
_SOON = 30.0  # seconds within which a process that replaced another should not die itself


class _Server(Server):  # type: ignore[misc,valid-type]
    """On Linux each process has a socket of its own on the same port, so that the system shares connections out evenly.

    Processes that take from one socket do not: the one that happens to wake first took all sixteen of a test.
    """

    answered: threading.Event

    def _init_shared_socket(self) -> None:
        self._sso = listening(self.bind_addr, self.bind_port)  # refused where anybody else has the port
        if _SHARED_OUT:
            self._sso.close()
            self._sso = _bound(self.bind_addr, self.bind_port)  # keeps the port while all processes are gone
        self._sso.set_inheritable(True)
        self._shd = _held(self._sso)

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> Any:
        if _SHARED_OUT:
            target = partial(_with_its_own_socket, target, self.bind_addr, self.bind_port)
        return super()._spawn_worker(idx, target, callback_loader)

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        """Processes that die are replaced for as long as we serve, slower each time while they die soon after.

        granian would end everything when one dies twice within seconds, which a machine short of memory brings about.
        Only if none has ever answered, there is nothing to keep alive.
        """
        pauses, replaced = growing_pauses(), -_SOON
        while not self._told_to_stop():
            soon = time.monotonic() - replaced < _SOON
            if soon and not self.answered.is_set():
                return
            pauses = pauses if soon else growing_pauses()
            if soon:
                pause = next(pauses)
                print(f"A web process ended again; it is replaced in {pause:.0f} seconds.", file=sys.stderr, flush=True)
                if self._told_to_stop(within=pause):
                    return
            died = list(self.interrupt_children)
            self.interrupt_children.clear()
            self._respawn_workers(died, spawn_target, target_loader)
            replaced = time.monotonic()

    def _told_to_stop(self, within: float | None = None) -> bool:
        """Waits until a process has died, or for so many seconds; whether a signal has come instead."""
        until = None if within is None else time.monotonic() + within
        while not self.interrupt_signal:
            left = None if until is None else until - time.monotonic()
            if (until is None and self.interrupt_children) or (left is not None and left <= 0):
                return False
            self.main_loop_interrupt.wait(left)
            self.main_loop_interrupt.clear()
        return True


def server_of(target: str, host: str, port: int, workers: int, answered: threading.Event) -> Any:
    """`answered` is set once a page has come from it."""
    server = _Server(
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
    server.answered = answered
    return server


def _with_its_own_socket(
    target: Any, host: str, port: int, number: int, name: str | None, loader: Any, _shared: Any, *rest: Any
) -> None:
    """What granian runs in a new process, with a socket made here: it ends with the process, and what waits in it."""
    own = listening(host, port, beside_others=True)
    target(number, name, loader, ((None, _held(own)), own), *rest)


def _held(one: socket.socket) -> Any:
    return SocketHolder(one.fileno(), False, _WAITING)  # type: ignore[call-arg]


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind((host, port))
    return one


def listening(host: str, port: int, *, beside_others: bool = False) -> socket.socket:
    """What is set here holds for every connection: one that takes nothing of what is sent to it is cut off."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=_WAITING, reuse_port=beside_others)
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
