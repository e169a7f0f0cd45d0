"""Everyday life with one customer: people are met, talked to, sold to and helped, each on its day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from uuid import UUID

from kam.contacts.kind import CONTACT
from kam.customers.creating import create
from kam.demo import book
from kam.demo.calendar import Calendar
from kam.demo.careers import Story
from kam.demo.content import Company
from kam.demo.helping import Helped
from kam.demo.patterns import PATTERNS
from kam.demo.people import Ours
from kam.demo.selling import Selling
from kam.facts.catalogue import current as facts
from kam.interactions.following_up import complete
from kam.interactions.kind import INTERACTION
from kam.people.viewer import Viewer
from kam.records.adding import add

CURRENCIES = {"China": "CNY", "Hong Kong": "HKD", "Taiwan": "TWD", "United Kingdom": "GBP", "Switzerland": "CHF"}
SOURCES = ("Trade fair 展会", "Referral 客户推荐", "Web enquiry 网站询盘", "Cold call 主动拜访")


@dataclass
class Life:
    """One customer of the demo with those who look after it."""

    company: Company
    ours: Ours
    owner: Viewer
    chance: Random
    selling: Selling
    story: Story | None = None
    customer: UUID | None = None
    contacts: list[UUID] = field(default_factory=list)

    async def begin(self, parent: UUID | None, now: datetime) -> UUID:
        """The customer and its people, as the owner wrote them down when the first talks began."""
        company = self.company
        self.customer = await create(
            {
                "name": company.name, "name_zh": company.name_zh, "kind": company.kind, "parent": parent,
                "industry": company.industry, "industry_stage": company.industry_stage, "size": company.size,
                "employees": company.employees, "country": company.country, "region": company.region,
                "city": company.city, "website": f"https://www.{company.domain}", "tags": list(company.tags),
                "email": f"info@{company.domain}", "source": self.chance.choice(SOURCES),
                "preferred_channel": self.chance.choice(("visit", "phone", "email")), "currency": self.currency,
                "contact_every_days": 30 if self.story else self.chance.choice((None, 45, 60, 90)),
                "credit_limit": self._credit_limit(),
            },
            by=self.owner, now=now,
        )  # fmt: skip
        return self.customer

    def _credit_limit(self) -> Decimal | None:
        """What they buy in three months."""
        rate = facts().currencies.rates[self.currency]
        return (self.company.volume * 250 * rate).quantize(Decimal(1000)) if self.company.volume else None

    @property
    def currency(self) -> str:
        return CURRENCIES.get(self.company.country, "EUR")

    def plan(self, calendar: Calendar, taken: set[str]) -> None:
        """Puts everything that will happen with this customer into the calendar."""
        people = book.contacts(self.company, self.chance, taken)
        known = PATTERNS[self.company.pattern].first_touch + 20
        calendar.at(known, partial(self._meet, calendar, people), hour=1)
        for touch in book.touches(self.company, len(people), self.chance):
            calendar.at(touch.days_ago, partial(self._touch, touch), hour=touch.hour)
        assert self.customer is not None
        self.selling.order_all(self.customer, self.company, self.currency, self.owner)
        self.selling.hope(self.customer, self.company, self.currency, self.owner)

    async def _meet(self, calendar: Calendar, people: list[book.Contact], now: datetime) -> None:
        assert self.customer is not None
        for number, one in enumerate(people):
            contact = await add(
                CONTACT, {"name": one.name, "name_zh": one.name_zh, "email": one.email},
                by=self.owner, now=now, customer=self.customer,
                link={
                    "job": one.job, "department": one.department, "influence": one.influence,
                    "stance": self._stance(one, number), "main": number == 1,
                    "reports_to": self.contacts[(number - 1) // 2] if number else None,
                    "owner": self.owner.id if number < 2 else None,
                },
            )  # fmt: skip
            self.contacts.append(contact)
        self._help(calendar)

    def _help(self, calendar: Calendar) -> None:
        """Cases are known only now, since each has one of the contacts behind it."""
        assert self.customer is not None
        by = self.ours.of(self.company.team, "service")
        for matter in book.matters(self.company, self.chance):
            opened = min(calendar.day(matter.days_ago) + timedelta(hours=self.chance.randint(0, 9)), calendar.now)
            contact = self.chance.choice(self.contacts) if self.contacts else None
            Helped(matter, self.customer, contact, by).plan(calendar, opened)

    def _stance(self, one: book.Contact, number: int) -> str:
        """Every key account has somebody who speaks for us, whatever else went wrong."""
        return "champion" if self.story and number == 1 else one.stance

    async def _touch(self, touch: book.Touch, now: datetime) -> None:
        assert self.customer is not None
        by = self._who(touch)
        ahead = self.chance.randint(3, 20)
        theirs = self.contacts[touch.contact : touch.contact + 1]
        interaction = await add(
            INTERACTION,
            {
                "channel": touch.channel, "direction": touch.direction, "at": now, "purpose": touch.purpose,
                "notes": touch.notes, "outcome": touch.outcome, "next_step": touch.next_step,
                "next_step_on": (now + timedelta(days=ahead)).date() if touch.next_step else None,
                "hours": touch.hours, "cost": touch.cost, "currency": "EUR", "feeling": touch.feeling,
                "participants": [{"contact": one} for one in theirs],
            },
            by=by, now=now, customer=self.customer,
        )  # fmt: skip
        if touch.next_step and touch.days_ago > 24:
            await complete(interaction, by=by, now=now + timedelta(days=ahead))

    def _who(self, touch: book.Touch) -> Viewer:
        """Mostly the owner; technical matters are talked over by others, so that nothing hangs on one person."""
        others = [self.ours.of(self.company.team, role) for role in ("team_member", "service")]
        return self.chance.choice([self.owner, self.owner, self.owner, *others])
