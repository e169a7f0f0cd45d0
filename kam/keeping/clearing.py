"""Clearing away, every night, what has been kept for its time: in batches, so that nobody waits for it."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.keeping.kinds import KINDS, Kind
from kam.keeping.times import Times

log = logging.getLogger(__name__)

BATCH = 500

# Of two clocks, ours and the database's, the one that is behind counts: a clock that ran ahead lets nothing look old.
_EARLIER = "SELECT least($1::timestamptz, now())"


async def clear(now: datetime, times: Times) -> dict[str, int]:
    """How many of each kind went. What was begun in a batch is done; a run that is broken off goes on at the next."""
    moment: datetime = await DB.fetchval(_EARLIER, now)
    gone = {}
    for name, kept in times.items():
        if kept is not None:
            gone[name] = await _clear(KINDS[name], moment - kept, now)
    if any(gone.values()):
        log.info("Cleared away: %s", ", ".join(f"{count} {name}" for name, count in gone.items() if count))
    return gone


async def _clear(kind: Kind, before: datetime, now: datetime) -> int:
    gone = 0
    while removed := await retrying(partial(_batch, kind, before, now)):
        gone += removed
    return gone


async def _batch(kind: Kind, before: datetime, now: datetime) -> int:
    """What others hold is left for the next night. Between finding and removing nobody else can begin to use it."""
    async with DB.transaction():
        rows = await DB.fetch(_overdue(kind), before, BATCH)
        return int(await DB.fetchval(kind.remove, [row["id"] for row in rows], now)) if rows else 0


def _overdue(kind: Kind) -> str:
    return f"""
    SELECT kept.id FROM {kind.table} kept
    WHERE {kind.of_kind} AND {kind.at} < $1 AND NOT ({kind.still_used})
    ORDER BY {kind.at} LIMIT $2 FOR UPDATE OF kept SKIP LOCKED
    """
