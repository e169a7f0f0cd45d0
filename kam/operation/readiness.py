"""Whether this process can serve: the database answers and is of our version; and how old the facts are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from kam.database.migrating import pending, require_known
from kam.errors import Unavailable
from kam.jobs.last_runs import SWEEP, last_runs

_PATIENCE = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Readiness:
    """`reason` is empty when all is well; `swept_at` is the last good run of the nightly sweep, if there was one."""

    reason: str
    swept_at: datetime | None = None

    @property
    def ready(self) -> bool:
        return not self.reason


async def readiness() -> Readiness:
    try:
        async with asyncio.timeout(_PATIENCE):
            await require_known()
            if waiting := await pending():
                return Readiness(f"The database waits for migrations ({len(waiting)}).")
            return Readiness("", (await last_runs(SWEEP))[SWEEP].good_at)
    except TimeoutError:
        return Readiness(f"The database does not answer within {_PATIENCE:.0f} seconds.")
    except Unavailable as refusal:
        return Readiness(str(refusal))
    except Exception as failure:  # whatever it is, we are not ready because of it
        return Readiness(f"The database does not answer ({type(failure).__name__}).")
