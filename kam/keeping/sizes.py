"""How many there are of what is kept for a time, how large and how old; and how large everything is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kam.database.engine import DB
from kam.jobs.last_runs import last_runs
from kam.keeping.kinds import KINDS, Kind
from kam.keeping.times import Times

JOB = "clear_away"


@dataclass(frozen=True, slots=True)
class Held:
    """Of one kind; `size` in bytes as the database stores the contents, `kept` None until somebody deletes it."""

    kind: Kind
    count: int
    size: int
    oldest: datetime | None
    kept: timedelta | None


@dataclass(frozen=True, slots=True)
class Storage:
    """`whole` is all that the database takes on the disk, in bytes; `cleared_at` when last was cleared away."""

    held: list[Held]
    whole: int
    cleared_at: datetime | None


async def storage(times: Times) -> Storage:
    rows = {row["name"]: row for row in await DB.fetch(_SIZES)}
    return Storage(
        [
            Held(kind, rows[name]["count"], int(rows[name]["size"]), rows[name]["oldest"], times[name])
            for name, kind in KINDS.items()
        ],
        await DB.fetchval("SELECT pg_database_size(current_database())"),
        (await last_runs(JOB))[JOB].good_at,
    )


# The size of a content is told by the row that points to it, so no content is read.
_SIZES = " UNION ALL ".join(
    f"""
    SELECT '{name}' AS name, count(*) AS count, coalesce(sum({kind.size}), 0) AS size, min({kind.at}) AS oldest
    FROM {kind.table} kept WHERE {kind.of_kind}
    """
    for name, kind in KINDS.items()
)
