"""How a periodic job is declared; the one table of them is `kam/schedule.py`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Periodic:
    """`cron` has five fields, in UTC. `run` gets the time; what it does twice must be harmless."""

    name: str
    cron: str
    run: Callable[[datetime], Awaitable[object]]
