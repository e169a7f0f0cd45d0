"""Sealing what was written, from time to time: how many rows there are of everything that is kept, and what they say.

A row is sealed at the second round after it was written, when nothing that began before the first is going on.
"""

from __future__ import annotations

from datetime import datetime

from kam.database.engine import DB


async def seal(now: datetime) -> int:
    """How many seals were made; none where nothing was written or something still goes on."""
    made: int = await DB.fetchval("SELECT seal_history($1)", now)
    return made
