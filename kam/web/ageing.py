"""Whether the figures on pages are old, because the nightly sweep has failed or has not run.

Asked once in a while for the whole process, in the background: no page waits for it, and none costs a statement more.
"""

from __future__ import annotations

import asyncio
import time
from contextvars import Context
from datetime import datetime

import structlog

from kam.jobs.last_runs import SWEEP, LastRun, last_runs
from kam.web.waiting import GIVEN_UP_SECONDS, PATIENCE_SECONDS

KEPT_SECONDS = 20.0
log = structlog.get_logger()


class Ageing:
    """What this process last knew of the sweep."""

    def __init__(self) -> None:
        self.known: LastRun | None = None
        self._at = -KEPT_SECONDS
        self._looking: asyncio.Task[None] | None = None

    async def old(self, now: datetime) -> LastRun | None:
        """The last good sweep where the figures are old; None where all is well. Only a process that knows nothing
        yet waits a moment for the answer."""
        if time.monotonic() - self._at > KEPT_SECONDS:
            self._at = time.monotonic()
            self._looking = asyncio.create_task(self._look(), context=Context())  # joins nobody's transaction
            if self.known is None:
                await asyncio.wait({self._looking}, timeout=PATIENCE_SECONDS)
        return self.known if self.known and (self.known.fault or self.known.is_old(now)) else None

    async def look(self) -> None:
        self.known = (await last_runs(SWEEP))[SWEEP]

    def forget(self) -> None:
        """The process ends, or a test begins."""
        if self._looking:
            self._looking.cancel()
        self.known, self._at, self._looking = None, -KEPT_SECONDS, None

    async def _look(self) -> None:
        try:
            async with asyncio.timeout(GIVEN_UP_SECONDS):
                await self.look()
        except Exception:  # pages say themselves when the database does not answer
            log.exception("not asked when the figures were last computed")


AGEING = Ageing()
