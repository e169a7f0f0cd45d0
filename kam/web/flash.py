"""What a change has to say on the page that follows it, carried there by a cookie. Anybody can write a cookie, so only
what our own pages could have written is shown."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

_LONGEST = 4096  # of a cookie, in any browser
_PLACE = re.compile(r"%\(\w+\)s|%%")  # as in our texts; a width, as in %(name)999999999s, would fill the memory


class Note(msgspec.Struct):
    """`message` is a text to translate, `params` fill it in; `undo` among them says where to take the change back."""

    kind: str
    message: str
    params: dict[str, str]


def write(notes: Iterable[tuple[str, str, Mapping[str, Any]]]) -> str:
    """Each note as (kind, N_ text, params)."""
    told = [
        Note(kind, message, {name: str(value) for name, value in params.items()}) for kind, message, params in notes
    ]
    return urlsafe_b64encode(msgspec.json.encode(told)).decode()


def read(cookie: str) -> tuple[Note, ...]:
    try:
        notes = msgspec.json.decode(urlsafe_b64decode(cookie[:_LONGEST]), type=list[Note])
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return ()
    return tuple(note for note in notes if _can_be_said(note))


def _can_be_said(note: Note) -> bool:
    if note.params and "%" in _PLACE.sub("", note.message):
        return False
    try:
        return bool(note.message % note.params if note.params else note.message)
    except KeyError:
        return False
