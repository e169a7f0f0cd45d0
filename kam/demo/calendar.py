"""The days of the demo: what happens on each is taken in order, as if it were lived through.

Now and then the system looks at everything as it does every night: facts are refreshed, triggers raise warnings,
deadlines are settled. So the history of every workflow is made by the same doors as in real use.
"""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from kam.database.engine import DB
from kam.desk.possible import note
from kam.facts.refreshing import refresh
from kam.workflow.deadlines import settle
from kam.workflow.registry import current
from kam.workflow.triggering import sweep

Happening = Callable[[datetime], Awaitable[object]]

# Days ago at which the system looks at everything: seldom at first, every night toward the end.
NIGHTS = (*range(690, 330, -60), *range(330, 60, -30), *range(60, 10, -12), 7, 3, 1, 0)


@dataclass
class Calendar:
    """Happenings by moment; what happens at the same moment stays in the order in which it was noted."""

    now: datetime
    _order: count[int] = field(default_factory=count)
    _heap: list[tuple[datetime, int, Happening]] = field(default_factory=list)

    def at(self, days_ago: float, happening: Happening, *, hour: int = 0) -> None:
        self.on(min(self.day(days_ago) + timedelta(hours=hour), self.now), happening)

    def on(self, moment: datetime, happening: Happening) -> None:
        heapq.heappush(self._heap, (moment, next(self._order), happening))

    def day(self, days_ago: float) -> datetime:
        """Seven in the morning (UTC) that many days ago."""
        then = self.now - timedelta(days=days_ago)
        return min(then.replace(hour=7, minute=0, second=0, microsecond=0), self.now)

    async def live(self) -> None:
        """Everything up to each night in one transaction, then the night itself."""
        for days_ago in NIGHTS:
            night = self.now if days_ago == 0 else self.day(days_ago) + timedelta(hours=16)
            async with DB.transaction(whole=True):
                for moment, happening in self._until(night):
                    await happening(moment)
            await _look_at_everything(night)

    def _until(self, night: datetime) -> Iterable[tuple[datetime, Happening]]:
        while self._heap and self._heap[0][0] <= night:
            moment, _, happening = heapq.heappop(self._heap)
            yield moment, happening


async def _look_at_everything(night: datetime) -> None:
    await refresh(as_of=night.date(), now=night)
    await settle(night)
    await sweep(night)
    await note(current().definitions.values(), now=night)
