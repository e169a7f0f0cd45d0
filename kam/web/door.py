"""What else stands at the sign-in: nothing, unless this is the demo, which tells everybody how to come in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Door:
    """`accounts` have email, name, role and job; all share the `password`."""

    password: str = ""
    accounts: list[Any] = field(default_factory=list)


DOOR = Door()
