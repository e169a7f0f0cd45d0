"""How many connections the server has room for, and how they are shared between the processes of one `kam serve`."""

from __future__ import annotations

from dataclasses import dataclass

from kam.database.engine import DB
from kam.errors import Unavailable

MOST, LEAST = 16, 3  # connections of one web process; one of them listens for changes of people
SPARE = 5  # for commands, a backup, and whoever looks at the database besides

# What the server keeps for its superuser is not ours, and a role or a database may have a limit of its own.
_ALLOWED = """
SELECT least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
             - coalesce(current_setting('reserved_connections', true), '0')::int,
             nullif((SELECT datconnlimit FROM pg_database WHERE datname = current_database()), -1),
             nullif((SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user), -1)) AS allowed,
       (SELECT sum(numbackends)::int FROM pg_stat_database WHERE datid <> 0) AS held
"""


@dataclass(frozen=True, slots=True)
class Shares:
    """`pool` connections for each of so many web `processes`, `beside` them those of the job worker. The server allows
    `allowed` in all, of which others held `held` at the start; other machines of ours may take `others`."""

    processes: int
    pool: int
    beside: int
    allowed: int
    held: int
    others: int = 0

    @property
    def all(self) -> int:
        return self.processes * self.pool + self.beside

    def __str__(self) -> str:
        return (
            f"Connections to the database: {self.processes} web processes × {self.pool} + {self.beside} for the job "
            f"worker = {self.all} of the {self.allowed} that it allows"
            + (f"; other machines may take {self.others}." if self.others else ".")
        )

    @property
    def warning(self) -> str:
        """Empty where all of them fit at once."""
        elsewhere = max(self.held, self.others)
        if self.all + elsewhere <= self.allowed:
            return ""
        others = f"others hold {self.held} now" if self.held > self.others else f"other machines may take {self.others}"
        others = f", of which {others}" if elsewhere else ""
        fitting = (self.allowed - elsewhere - self.beside - SPARE) // self.processes
        lower = f"set KAM_POOL={fitting}" if fitting >= LEAST else "serve with fewer --workers"
        return (
            f"These do not fit at once: the database allows {self.allowed}{others}. Where many ask at one moment, "
            f"pages wait for each other. Raise max_connections, or {lower}."
        )


async def allowed() -> int:
    """How many connections our role may have to this database."""
    row = await DB.fetchrow(_ALLOWED)
    assert row is not None
    return int(row["allowed"])


async def shares(processes: int, *, beside: int, pool: int | None = None, others: int = 0) -> Shares:
    """`pool` is what somebody has set instead of what fits beside the `others` that other machines may take. Raises
    Unavailable where not even the least would do."""
    row = await DB.fetchrow(_ALLOWED)
    assert row is not None
    allows, held = row["allowed"], max(row["held"] - DB.size(), 0)
    fitting = max(LEAST, min(MOST, (allows - others - beside - SPARE) // processes))
    if processes * LEAST > allows:
        raise Unavailable(
            f"The database allows {allows} connections, too few for {processes} web processes, which need {LEAST} "
            f"each. Raise max_connections, or serve with --workers {max(1, allows // LEAST // 2)}."
        )
    return Shares(processes, pool or fitting, beside, allows, held, others)
