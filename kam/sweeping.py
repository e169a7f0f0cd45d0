"""The sweep: compute every fact of every customer anew, then let every trigger act on whom it now matches.

At the end it notes which steps are possible, so that desks can tell what has become possible since.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from kam.database.retrying import retrying
from kam.jobs.holding import alone
from kam.jobs.last_runs import SWEEP, note_good
from kam.jobs.tasks import WorkHandle, long_work


async def sweep(now: datetime, progress: Callable[..., Awaitable[Any]] | None = None) -> int:
    """How many customers were looked at. Running it twice changes nothing; of two at one moment the second waits."""
    from kam.desk import possible
    from kam.facts import refreshing
    from kam.workflow import triggering
    from kam.workflow.registry import current

    async with alone(SWEEP):
        customers = await refreshing.refresh(as_of=now.date(), now=now, progress=progress)
        await triggering.sweep(now)
        await retrying(partial(possible.note, current().definitions.values(), now=now))
        await note_good(SWEEP, now)
        return customers


@long_work("sweep")
async def sweep_on_demand(work: WorkHandle) -> None:
    await work.finish(result={"customers": await sweep(work.now, work.progress)})
