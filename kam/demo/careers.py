"""How the relationships of the demo went: the story of each key account, and how the others came to where they are."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from random import Random
from typing import Any
from uuid import UUID

import structlog

from kam.database.engine import DB
from kam.demo.calendar import Calendar
from kam.demo.content import FOLDER, Company
from kam.demo.patterns import PATTERNS
from kam.demo.people import Ours
from kam.errors import Refused
from kam.people.viewer import Viewer
from kam.relationships.staffing import add as put_on_team
from kam.workflow.advancing import advance
from kam.workflow.instances import look_at
from kam.workflow.options import instance_of
from kam.workflow.registry import current
from kam.workflow.seeing import to_see

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Story:
    """What is written of one key account; `earlier` and `current` are the days ago at which its plans moved."""

    lead: str
    team: Mapping[str, str]
    steps: tuple[tuple[Any, ...], ...]
    earlier: tuple[int, ...] = ()
    current: tuple[int, ...] = ()
    sent_back: int = 0


@cache
def stories() -> Mapping[str, Story]:
    written = tomllib.loads((FOLDER / "stories.toml").read_text(encoding="utf-8"))
    return {name: Story(**entries[0]) for name, entries in written.items()}


def plan_story(calendar: Calendar, customer: UUID, story: Story, ours: Ours, known: int) -> None:
    """Puts the team and the steps of a key account into the calendar; it was `known` for so many days."""
    lead = ours.people[story.lead]
    others = {position: ours.people[key] for position, key in story.team.items()}
    calendar.at(known - 2, partial(_staff, customer, {"lead": lead}, lead), hour=1)
    calendar.at(known - 40, partial(_staff, customer, others, lead), hour=1)
    for days_ago, workflow, state, who, why, *said in story.steps:
        step = partial(
            reach, workflow, customer, state, by=ours.people[who], comment=why, fields=said[0] if said else {}
        )
        calendar.at(days_ago, step, hour=9)


def plan_ordinary(calendar: Calendar, customer: UUID, company: Company, owner: Viewer, chance: Random) -> None:
    """Most customers get a lead and are developed once they buy; some are simply served, or get a lead only today."""
    pattern = PATTERNS[company.pattern]
    if company.pattern in ("prospect", "quiet"):
        return
    if chance.random() < 0.2:
        if company.pattern in ("steady", "seasonal"):
            calendar.at(0, partial(_staff, customer, {"lead": owner}, owner))
        return
    known = min(pattern.first, pattern.first_touch) - 20
    calendar.at(known, partial(_staff, customer, {"lead": owner}, owner), hour=1)
    after = known - chance.randint(30, 110)
    why = (
        "业务稳定，进入发展阶段。"
        if company.speaks_chinese
        else "Orders come regularly now; we want to grow with them."
    )
    calendar.at(max(2, after), partial(reach, "relationship", customer, "develop", by=owner, comment=why), hour=8)
    if company.pattern == "lost":
        why = "They told us that they buy elsewhere from now on."
        end = partial(reach, "relationship", customer, "break", by=owner, comment=why, fields={"reason": "price"})
        calendar.at(pattern.last_touch - 4, end, hour=10)


async def reach(
    workflow: str, subject: UUID, state: str, now: datetime, *, by: Viewer, comment: str = "",
    fields: Mapping[str, Any] | None = None,
) -> bool:  # fmt: skip
    """Takes the step from where the subject stands to `state`; answers whether it could be taken.

    What the facts of the day forbid does not happen in the demo either.
    """
    found = await look_at((await instance_of(workflow, subject)).id, None)
    instance = found.instance
    steps = [
        step
        for step in current().definition(workflow).leaving(instance.state)
        if step.target == state and step.for_people
    ]
    for step in steps:
        try:
            async with DB.attempt():
                said = {**(fields or {}), **await to_see(step, subject)}
                await advance(
                    instance.id, step.name, by=by, now=now, comment=comment, fields=said, revision=found.revision
                )
        except Refused as refused:
            log.debug("not_in_the_demo", workflow=workflow, state=state, reasons=str(refused))
        else:
            return True
    return False


async def _staff(customer: UUID, positions: Mapping[str, Viewer], by: Viewer, now: datetime) -> None:
    for position, person in positions.items():
        await put_on_team(customer, person.id, position, by=by, now=now)
