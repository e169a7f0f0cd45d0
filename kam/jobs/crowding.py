"""Whether the machines on one database may together take more connections than it allows.

Each says how many it may take; one that starts leaves the others theirs. Where they do not fit all the same, because
they started at one moment or somebody has set it so, whoever runs kam is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from kam.database import room
from kam.database.engine import DB
from kam.jobs.machines import LIVING, name_of

_TAKING = f"SELECT name, connections FROM machine WHERE {LIVING} AND connections > 0 ORDER BY name"


@dataclass(frozen=True, slots=True)
class Crowd:
    """What each part of each machine `takes` at most, by its name, and what the database `allows` in all."""

    takes: dict[str, int]
    allows: int

    @property
    def all(self) -> int:
        return sum(self.takes.values())

    @property
    def parts(self) -> str:
        return "; ".join(f"{name}: {number}" for name, number in self.takes.items())

    def __str__(self) -> str:
        return (
            f"The machines on this database may take {self.all} connections at once, and it allows {self.allows} "
            f"({self.parts}). Where many ask at one moment, pages wait for each other. Set KAM_POOL lower on each "
            "machine, or raise max_connections; docs/operation.md has the sum."
        )


async def crowd() -> Crowd | None:
    """None where all fit."""
    found = Crowd({row["name"]: row["connections"] for row in await DB.fetch(_TAKING)}, await room.allowed())
    return found if found.all > found.allows else None


async def taken_by_others() -> int:
    """How many the living machines besides this one may take."""
    ours = {name_of("pages"), name_of("jobs")}
    return sum(row["connections"] for row in await DB.fetch(_TAKING) if row["name"] not in ours)
