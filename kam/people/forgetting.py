"""Clearing away sessions that have run out and guesses that are forgiven."""

from __future__ import annotations

from datetime import datetime, timedelta

from kam.database.engine import DB

GUESSES_KEPT = timedelta(days=1)  # by then all of them are forgiven


async def forget_expired(now: datetime) -> None:
    await DB.execute("DELETE FROM session WHERE expires_at < $1", now)
    await DB.execute("DELETE FROM guess WHERE at < $1", now - GUESSES_KEPT)
