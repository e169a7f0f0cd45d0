"""The child itself: does what it is asked, one thing after the other, until kam is gone or has nothing to do for it.

python -m kam.children.inside CHANNEL PARENT IDLE MODULE…
"""

from __future__ import annotations

import os
import pickle
import socket
import sys
import traceback
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from kam.children import confines, letters
from kam.errors import DomainError


def main(channel: int, parent: int, idle: float, modules: Iterable[str]) -> None:
    confines.enter(parent)
    for module in modules:
        import_module(module)
    with socket.socket(fileno=channel) as line:
        _send(line, letters.READY)
        while (asked := _next(line, idle)) is not None:
            _send(line, letters.BEGUN)
            _do(line, asked)


def _next(line: socket.socket, idle: float) -> bytearray | None:
    """What is asked next; None when kam is gone or asks nothing for long."""
    line.settimeout(idle)
    try:
        head = _exactly(line, letters.HEAD.size)
        line.settimeout(None)
        return _exactly(line, letters.HEAD.unpack(head)[1])
    except (TimeoutError, EOFError, ConnectionError):
        return None


def _exactly(line: socket.socket, size: int) -> bytearray:
    content = bytearray(size)
    rest = memoryview(content)
    while rest:
        count = line.recv_into(rest)
        if not count:
            raise EOFError
        rest = rest[count:]
    return content


def _send(line: socket.socket, kind: bytes, content: bytes = b"") -> None:
    line.sendall(letters.HEAD.pack(kind, len(content)))
    line.sendall(content)


def _do(line: socket.socket, asked: bytearray) -> None:
    """Answers in every case; after too little memory nothing here can be relied on any more, and the child ends."""
    function, args, options, memory, streaming = pickle.loads(asked)
    asked.clear()
    confines.allow(memory)
    try:
        answer = function(*args, **options)
        for item in answer if streaming else ():
            _send(line, letters.ITEM, letters.packed(item))
        kind, content = letters.ANSWER, letters.packed(None if streaming else answer)
    except MemoryError:
        os._exit(confines.SWOLLEN)
    except DomainError as refusal:
        kind, content = letters.REFUSAL, letters.refusal_packed(refusal)
    except BaseException:  # also the panic of a library; told to kam, which knows what was to be done
        kind, content = letters.FAULT, letters.packed(traceback.format_exc())
    confines.allow(None)
    _send(line, kind, content)


def _arguments(given: list[str]) -> tuple[Any, ...]:
    channel, parent, idle, *modules = given
    return int(channel), int(parent), float(idle), modules


if __name__ == "__main__":
    main(*_arguments(sys.argv[1:]))
