"""What passes between kam and a child: letters of a kind and a content.

What kam sends is pickled. What comes back is plain data, read as the type that the function declares, and never
pickled: a file that takes a child over can say something untrue, but cannot make kam run anything.
"""

from __future__ import annotations

import importlib
import struct
import sys
import typing
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from kam.errors import DomainError

HEAD = struct.Struct("!cQ")
ASK = b"?"
READY, BEGUN, ITEM, ANSWER, REFUSAL, FAULT = b"r", b"b", b"i", b"a", b"n", b"!"
LAST = (ANSWER, REFUSAL, FAULT)


def packed(value: Any) -> bytes:
    return msgspec.msgpack.encode(value)


def unpacked(content: bytes) -> Any:
    return msgspec.msgpack.decode(content)


def answer_of(function: Callable[..., Any], content: bytes, *, item: bool = False) -> Any:
    """What the function returned, or one `item` of what it yielded."""
    kind = typing.get_type_hints(function).get("return", Any)
    if item:
        assert typing.get_origin(kind) is Iterator, f"{function.__qualname__} must declare an Iterator"
        (kind,) = typing.get_args(kind)
    return msgspec.msgpack.decode(content, type=kind)


def refusal_packed(error: DomainError) -> bytes:
    kind = type(error)
    return packed([kind.__module__, kind.__qualname__, list(error.args), vars(error)])


def refusal_of(content: bytes) -> DomainError:
    """The refusal as it was raised inside: one of our own errors, whose attributes are plain data."""
    module, name, args, attributes = msgspec.msgpack.decode(content, type=tuple[str, str, list[Any], dict[str, Any]])
    kind = getattr(_ours(module), name, None)
    if not (isinstance(kind, type) and issubclass(kind, DomainError)):
        return DomainError(*args)
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


def _ours(module: str) -> Any:
    if not module.startswith("kam."):
        return None
    return sys.modules.get(module) or importlib.import_module(module)
