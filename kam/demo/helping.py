"""What goes wrong in the demo, and how it is put right: cases are opened, taken over, solved and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kam.demo import book
from kam.demo.calendar import Calendar
from kam.people.viewer import Viewer
from kam.service.opening import open_case
from kam.service.solving import close, solve, take_over

TO_TAKE_OVER = timedelta(hours=3)
TO_CLOSE = timedelta(days=2)


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
            steps += [(solved, self.solve), (solved + TO_CLOSE, self.close)]
        for moment, step in steps:
            if moment <= calendar.now:
                calendar.on(moment, step)

    async def open(self, now: datetime) -> None:
        self.case = await open_case(
            self.customer, kind=self.matter.kind, subject=self.matter.subject, problem=self.matter.problem,
            priority=self.matter.priority, contact=self.contact, by=self.by, now=now,
        )  # fmt: skip

    async def take_over(self, now: datetime) -> None:
        assert self.case is not None
        await take_over(self.case, by=self.by, now=now)

    async def solve(self, now: datetime) -> None:
        assert self.case is not None
        await solve(self.case, self.matter.solution, by=self.by, now=now)

    async def close(self, now: datetime) -> None:
        assert self.case is not None
        await close(self.case, by=self.by, now=now)
