"""What the templates of one response need to know of the request that asked for it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from kam.jobs.last_runs import LastRun
from kam.people.sessions import SignedIn
from kam.people.viewer import Viewer
from kam.web.flash import Note

if TYPE_CHECKING:
    from kam.web.refusals import Refusal


@dataclass(slots=True)
class Current:
    """Set by `kam.web.gate` before the page runs; lives as long as the request. `reference` names it in the log."""

    language: str
    theme: str
    path: str
    query: str
    now: datetime
    reference: str = field(default_factory=lambda: secrets.token_hex(4).upper())
    csrf_secret: bytes = b""
    signed_in: SignedIn | None = None
    flash: tuple[Note, ...] = ()
    zone: tzinfo = UTC
    zipped: bool = False
    secure: bool = False
    cookies: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None
    waiting: dict[str, int | None] = field(default_factory=dict)
    old_figures: LastRun | None = None
    new_cookies: list[str] = field(default_factory=list)

    @property
    def viewer(self) -> Viewer | None:
        return self.signed_in.viewer if self.signed_in else None

    @property
    def must_change(self) -> bool:
        """The password is a temporary one: nothing is open but changing it."""
        return self.signed_in is not None and self.signed_in.temporary


CURRENT: ContextVar[Current] = ContextVar("current_request")


def current() -> Current:
    return CURRENT.get()
