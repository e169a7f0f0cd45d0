"""When a job that runs by the clock last ended well, and whether that is too long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kam.database.engine import DB

SWEEP = "sweep"
_LATE = timedelta(hours=26)  # of what runs by the day: two hours for a run that takes long

# A database in which it has never ended well is as old as its first migration.
_LAST = """
SELECT name, run.good_at, run.fault, (SELECT min(ran_on) FROM migration) AT TIME ZONE 'UTC' AS begun_at
FROM unnest($1::text[]) AS name LEFT JOIN periodic_run run USING (name)
"""
_GOOD = """
INSERT INTO periodic_run (name, good_at, fault) VALUES ($1, $2, '')
ON CONFLICT (name) DO UPDATE SET good_at = excluded.good_at, fault = '', failed_at = NULL
"""


@dataclass(frozen=True, slots=True)
class LastRun:
    """`good_at` is None where it has never ended well, `fault` what failed since then or empty."""

    good_at: datetime | None
    fault: str
    begun_at: datetime

    def is_old(self, now: datetime) -> bool:
        """For a daily job: that at least one night was missed, or that it ran by a clock that was days ahead."""
        return abs(now - self.good_at) > _LATE if self.good_at else now - self.begun_at > _LATE


async def last_runs(*names: str) -> dict[str, LastRun]:
    rows = await DB.fetch(_LAST, list(names))
    return {row["name"]: LastRun(row["good_at"], row["fault"] or "", row["begun_at"]) for row in rows}


async def note_good(name: str, now: datetime) -> None:
    """Of a run that a person asked for. That of the schedule is still due, and harmless."""
    await DB.execute(_GOOD, name, now)
