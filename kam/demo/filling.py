"""Fills an empty database with a book of business that looks lived in: two years of an invented maker of drives.

The same seed gives the same book; all days count back from `now`. Everything that decides goes through the verbs, in
the order in which it happened, so stages, levels and plans have the history that real use would have given them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from uuid import UUID

from kam.database.engine import DB
from kam.demo.calendar import Calendar
from kam.demo.careers import plan_ordinary, plan_story, stories
from kam.demo.content import Company, companies
from kam.demo.living import Life
from kam.demo.patterns import PATTERNS
from kam.demo.people import PASSWORD, Ours, accounts, hire, renew_passwords
from kam.demo.planning import plan_plans
from kam.demo.recording import note_nobodys, plan_records
from kam.demo.selling import Selling
from kam.facts.storing import postponed
from kam.people.viewer import Viewer

SEED = 20260

# Our firm began to write things down a month before the first customer of the book.
BEFORE = 60

Say = Callable[[str], object]


async def fill(*, now: datetime, say: Say = print) -> None:
    """Fills the database unless somebody is there already; says how to sign in either way."""
    if not await DB.fetchval("SELECT EXISTS (SELECT FROM person)"):
        say("Filling the demo with two years of an invented book of business …")
        await _fill(now)
    await renew_passwords(now=now)
    say(f"Sign in with the password {PASSWORD} as one of:")
    for account in accounts():
        say(f"  {account.email:28} {account.role:16} {account.name}")


async def _fill(now: datetime) -> None:
    """In one transaction, so that a demo which was interrupted while it was filled begins anew at the next start."""
    async with DB.transaction():
        await _live_through(now)


async def _live_through(now: datetime) -> None:
    calendar, chance = Calendar(now), Random(SEED)
    with postponed():
        async with DB.transaction(whole=True):
            founded = calendar.day(PATTERNS["steady"].first_touch + BEFORE)
            ours = await hire(now=founded)
            selling = Selling(calendar, chance)
            await selling.stock(ours.people["ingrid"], founded)
            await note_nobodys(ours.people["ingrid"], founded)
            lives = await _customers(calendar, ours, selling, chance)
            taken: set[str] = set()
            for life in lives:
                _foresee(calendar, life, taken)
        await calendar.live()


async def _customers(calendar: Calendar, ours: Ours, selling: Selling, chance: Random) -> list[Life]:
    """Every customer from the day of the first talk on; parents stand before their subsidiaries in the list."""
    lives, ids = [], dict[str, UUID]()
    for number, company in enumerate(companies()):
        life = Life(company, ours, _owner(ours, company, number), Random(chance.random()), selling)
        life.story = stories().get(company.name)
        pattern = PATTERNS[company.pattern]
        began = calendar.day(max(pattern.first_touch, pattern.first) + 25)
        ids[company.name] = await life.begin(ids.get(company.parent), began)
        lives.append(life)
    return lives


def _owner(ours: Ours, company: Company, number: int) -> Viewer:
    story = stories().get(company.name)
    if story:
        return ours.people[story.lead]
    sellers = ours.sellers(company.team)
    return sellers[number % len(sellers)]


def _foresee(calendar: Calendar, life: Life, taken: set[str]) -> None:
    """Puts all that will happen with one customer into the calendar."""
    assert life.customer is not None
    life.plan(calendar, taken)
    plan_records(calendar, life, SEED)
    if life.story is None:
        plan_ordinary(calendar, life.customer, life.company, life.owner, life.chance)
        return
    plan_story(calendar, life.customer, life.story, life.ours, PATTERNS[life.company.pattern].first_touch)
    plan_plans(calendar, life.customer, life.company.name, life.story, life.ours)
