"""The plans of the key accounts, written, submitted, approved and carried out through the verbs of the plans slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from kam.demo.calendar import Calendar
from kam.demo.careers import Story, reach
from kam.demo.content import plans, rows
from kam.demo.people import Ours
from kam.people.viewer import Viewer
from kam.plans.completing import complete
from kam.plans.planning_actions import plan_action, plan_initiative
from kam.plans.sections import ALL
from kam.plans.setting_objectives import set_objective
from kam.plans.starting import start
from kam.plans.weighing_risks import weigh_risk
from kam.plans.writing import write_section

YEAR = timedelta(days=364)
WHY = "Reviewed with the customer: see the minutes. 已与客户共同回顾，详见纪要。"

# What the plan of the period before says beside the texts that all plans share.
EARLIER: Mapping[str, Any] = plans()["earlier"]


def plan_plans(calendar: Calendar, customer: UUID, name: str, story: Story, ours: Ours) -> None:
    """Puts the plans of a key account into the calendar, the earlier one first."""
    author = ours.people[story.lead]
    manager = ours.of(_team_of(story.lead), "manager")
    for days, content in ((story.earlier, EARLIER), (story.current, _current(name))):
        if days:
            writing = Writing(customer, content, author, manager, ours, calendar.now.date())
            _schedule(calendar, writing, days, content.get("state", "closed"), story.sent_back)


def _schedule(calendar: Calendar, writing: Writing, days: Sequence[int], ends: str, sent_back: int) -> None:
    """`days` ago it was made, submitted, approved, started and ended; the last in the state `ends`."""
    begins = calendar.day(days[3] if len(days) > 3 else -25).date()
    calendar.at(days[0], partial(writing.write, begins), hour=2)
    for number, state in enumerate(("submitted", "approved", "in_execution"), start=1):
        if len(days) > number:
            calendar.at(days[number], partial(writing.move, state), hour=6)
    if sent_back and writing.content is not EARLIER:
        calendar.at(sent_back, partial(writing.move, "draft", comment=writing.content["sent_back"]), hour=6)
    if len(days) > 3:
        done = days[4] if len(days) > 4 else days[3] - 90 if writing.content is EARLIER else 1
        calendar.at(done, partial(_complete, writing), hour=3)
    if len(days) > 4:
        calendar.at(days[4], partial(writing.move, ends, comment=WHY), hour=6)


def _current(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = plans().get(name, [{}])[0]
    return found


def _team_of(person: str) -> str:
    return next(row["team"] for row in rows("people") if row["key"] == person)


@dataclass
class Writing:
    """One plan on its way; the days of the current plan count from `today`."""

    customer: UUID
    content: Mapping[str, Any]
    author: Viewer
    manager: Viewer
    ours: Ours
    today: date
    plan: UUID | None = None
    done: list[tuple[UUID, date]] = field(default_factory=list)

    async def write(self, period_start: date, now: datetime) -> None:
        self.plan = await start(
            self.customer, title=self.content["title"], period_start=period_start, period_end=period_start + YEAR,
            by=self.author, now=now,
        )  # fmt: skip
        await self._sections(now)
        objectives = [await self._objective(one, now) for one in self.content.get("objectives", ())]
        for initiative in self.content.get("initiatives", ()):
            await self._initiative(initiative, objectives, now)
        for title, likelihood, impact, response, owner in self.content.get("risks", ()):
            await weigh_risk(
                self.plan, title=title, likelihood=likelihood, impact=impact, response=response,
                owner=self._person(owner), by=self.author, now=now,
            )  # fmt: skip

    async def move(self, state: str, now: datetime, *, comment: str = "") -> None:
        if self.plan is None:
            return
        by = self.manager if state in ("approved", "draft") else self.author
        await reach("account_plan", self.plan, state, now, by=by, comment=comment)

    async def _sections(self, now: datetime) -> None:
        assert self.plan is not None
        for section in ALL:
            text = self.content.get(section.key) or plans()["common"].get(section.key, "")
            if isinstance(text, str) and text.strip():
                await write_section(self.plan, section.key, text.strip(), by=self.author, now=now, revision=0)

    async def _objective(self, written: list[Any], now: datetime) -> UUID:
        assert self.plan is not None
        title, fact, baseline, target, ahead = written
        return await set_objective(
            self.plan, title=title, fact=fact, baseline=Decimal(baseline), target=Decimal(target),
            due_on=self._day(ahead, now), by=self.author, now=now,
        )  # fmt: skip

    async def _initiative(self, written: list[Any], objectives: list[UUID], now: datetime) -> None:
        assert self.plan is not None
        title, strategy, actions = written
        serves = objectives[0] if objectives else None
        key = await plan_initiative(
            self.plan, title=title, strategy=strategy, objective=serves, by=self.author, now=now
        )  # fmt: skip
        for name, owner, ahead, done in actions:
            due = self._day(ahead, now)
            action = await plan_action(
                self.plan, key, title=name, owner=self._person(owner), due_on=due, by=self.author, now=now
            )
            if done:
                self.done.append((action, due))

    def _day(self, ahead: int, now: datetime) -> date:
        """Days are counted from today for the current plan, from the writing for an earlier one."""
        return (self.today if self.content is not EARLIER else now.date()) + timedelta(days=ahead)

    def _person(self, key: str) -> UUID:
        return (self.ours.people[key] if key else self.author).id


async def _complete(writing: Writing, now: datetime) -> None:
    for action, due in writing.done:
        if writing.plan is not None and due <= now.date():
            await complete(writing.plan, action, by=writing.author, now=now)
