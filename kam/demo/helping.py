"""What goes wrong in the demo, and how it is put right: cases are opened, taken over, solved and closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kam.demo import book
from kam.demo.calendar import Calendar
from kam.demo.careers import reach
from kam.people.viewer import Viewer
from kam.records.adding import add
from kam.service.kind import CASE

TO_TAKE_OVER = timedelta(hours=3)
TO_CLOSE = timedelta(days=2)
FORGOTTEN = 7  # one of so many is solved and never closed


@dataclass
class Helped:
    """One case of a customer, looked after by one of our service people."""

    matter: book.Matter
    customer: UUID
    contact: UUID | None
    by: Viewer
    case: UUID | None = None

    def plan(self, calendar: Calendar, opened: datetime) -> None:
        """Puts what happens with the case into the calendar; what would come after today has not happened yet."""
        after = self.matter.solved_after
        solved = opened + timedelta(hours=after) if after else None
        steps = [(opened, self.open)]
        if solved or self.matter.days_ago > 3:
            steps.append((opened + TO_TAKE_OVER, self.take_over))
        if solved:
            steps.append((solved, self.solve))
            if self.matter.days_ago % FORGOTTEN:
                steps.append((solved + TO_CLOSE, self.close))
        for moment, step in steps:
            if moment <= calendar.now:
                calendar.on(moment, step)

    async def open(self, now: datetime) -> None:
        matter = self.matter
        said = {"kind": matter.kind, "subject": matter.subject, "problem": matter.problem, "priority": matter.priority}
        self.case = await add(CASE, said | {"contact": self.contact}, by=self.by, now=now, customer=self.customer)

    async def take_over(self, now: datetime) -> None:
        await self._reach("in_progress", now)

    async def solve(self, now: datetime) -> None:
        await self._reach("solved", now, {"solution": self.matter.solution})

    async def close(self, now: datetime) -> None:
        await self._reach("closed", now)

    async def _reach(self, state: str, now: datetime, fields: Mapping[str, str] | None = None) -> None:
        assert self.case is not None
        await reach(CASE.workflow, self.case, state, now, by=self.by, fields=fields)
