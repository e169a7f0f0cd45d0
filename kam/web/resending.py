"""A form that was open longer than its session: what was typed is shown once more, to be sent again with one click.

Only for a form of ours, as the browser itself says; what another site sends gets nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import UploadFile

from kam.web.origin import asked_from_here

_SECRETS = frozenset({"password", "old", "new", "again"})
_UNWRITTEN = frozenset({"_csrf", "revision", "request", "next", "transition", "then"})


@dataclass(frozen=True, slots=True)
class Sent:
    """`fields` is all that goes out again, `written` the part of it that a person typed or chose."""

    action: str
    fields: tuple[tuple[str, str], ...]

    @property
    def written(self) -> list[str]:
        return [text for name, text in self.fields if text.strip() and name not in _UNWRITTEN and not _is_key(text)]


def kept(request: Request[Any, Any, Any], parts: Sequence[tuple[str, Any]]) -> Sent | None:
    """None for what comes from elsewhere, for passwords and for files, which nobody should find on a page."""
    if not asked_from_here(request.scope) or not parts or not _may_be_shown(parts):
        return None
    action = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return Sent(action, tuple((name, str(value)) for name, value in parts if name != "_csrf"))


def _may_be_shown(parts: Iterable[tuple[str, Any]]) -> bool:
    return not any(isinstance(value, UploadFile) or name in _SECRETS for name, value in parts)


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
