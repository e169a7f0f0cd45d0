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
from kam.language import Filled

HEAD = struct.Struct("!cQ")
ASK = b"?"
READY, BEGUN, ITEM, ANSWER, REFUSAL, FAULT = b"r", b"b", b"i", b"a", b"n", b"!"
_FILLED = "filled in"
LAST = (ANSWER, REFUSAL, FAULT)


def packed(value: Any) -> bytes:
    return msgspec.msgpack.encode(value, enc_hook=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Filled):
        return {_FILLED: [value.message, value.places]}
    raise TypeError(f"{type(value).__name__} is no plain data")


def _filled(value: Any) -> Any:
    """Plain data with its sentences as they were."""
    if isinstance(value, dict):
        if _FILLED in value:
            message, places = value[_FILLED]
            return Filled(message, **places)
        return {name: _filled(item) for name, item in value.items()}
    return [_filled(item) for item in value] if isinstance(value, list) else value


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
    """One that carries more than plain data crosses as its sentence alone."""
    kind = type(error)
    try:
        return packed([kind.__module__, kind.__qualname__, list(error.args), vars(error)])
    except TypeError:
        return packed([DomainError.__module__, DomainError.__qualname__, [str(error)], {}])


def refusal_of(content: bytes) -> DomainError:
    """The refusal as it was raised inside: one of our own errors, whose attributes are plain data."""
    module, name, args, attributes = _filled(unpacked(content))
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
