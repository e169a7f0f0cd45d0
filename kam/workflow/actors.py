"""Who takes a step: a person, or the system when a trigger or a deadline makes it act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Actor(Protocol):
    @property
    def id(self) -> UUID | None: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True, slots=True)
class System:
    id: UUID | None = None
    name: str = "kam"
    role: str = "system"


SYSTEM = System()
