"""Who takes a step: a person, or the system when a trigger or a deadline makes it act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from kam.clock import day


class Actor(Protocol):
    @property
    def id(self) -> UUID | None: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    def as_of(self, now: datetime) -> date:
        """The day whose facts decide what they do: that of UTC, or theirs where the next day has begun already, so that
        what they did today counts for what they do next."""


@dataclass(frozen=True, slots=True)
class System:
    id: UUID | None = None
    name: str = "kam"
    role: str = "system"

    def as_of(self, now: datetime) -> date:
        return day(now)


SYSTEM = System()
