"""Everything that people and the system do with one customer, for tests that let two of them meet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from kam.customers import assigning, blacklisting, editing
from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.errors import DomainError
from kam.facts import feeding
from kam.facts.gathering import gather
from kam.facts.refreshing import refresh
from kam.interactions import following_up
from kam.people.viewer import Viewer
from kam.records import deleting as records_deleting
from kam.records import editing as records_editing
from kam.records.catalogue import kind_of
from kam.relationships import staffing
from kam.workflow.advancing import advance
from kam.workflow.deadlines import settle
from kam.workflow.options import instance_of
from kam.workflow.triggering import sweep
from tests import ordering, pursuing
from tests.meeting import met, said_there
from tests.ordering import line
from tests.solving import led, opened
from tests.talking import log

Doing = Callable[[], Awaitable[Any]]
LINES = [line(2, description="Drive", price=250)]


@dataclass
class Office:
    """One customer with records of each kind, and `doings` that change one of them, by name."""

    customer: UUID
    by: Viewer
    other: UUID
    now: datetime
    chance: Random
    records: dict[str, list[UUID]] = field(default_factory=dict)
    refused: dict[str, set[str]] = field(default_factory=dict)

    async def open(self) -> Office:
        for _ in range(2):
            for kind in ("interaction", "order", "opportunity", "case", "contact"):
                await self.doings[f"add {kind}"]()
        return self

    @property
    def doings(self) -> dict[str, Doing]:
        own: dict[str, Any] = {"by": self.by, "now": self.now}
        each: dict[str, tuple[str, Callable[[UUID], Awaitable[Any]]]] = {
            "edit interaction": (
                "interaction",
                lambda id: records_editing.edit(kind_of("interaction"), id, {"feeling": self._some(-2, 2)}, **own),
            ),
            "delete interaction": (
                "interaction",
                lambda id: records_deleting.delete(kind_of("interaction"), id, **own),
            ),
            "restore interaction": (
                "interaction",
                lambda id: records_deleting.restore(kind_of("interaction"), id, **own),
            ),
            "complete next step": ("interaction", lambda id: following_up.complete(id, **own)),
            "reopen next step": ("interaction", lambda id: following_up.reopen(id, **own)),
            "change order": (
                "order",
                lambda id: ordering.change(id, {"lines": [line(self._some(1, 9), description="D", price=9)]}, **own),
            ),
            "cancel order": ("order", lambda id: ordering.cancel(id, **own)),
            "delete order": ("order", lambda id: records_deleting.delete(kind_of("order"), id, **own)),
            "restore order": ("order", lambda id: records_deleting.restore(kind_of("order"), id, **own)),
            "change opportunity": (
                "opportunity",
                lambda id: pursuing.change(id, {"amount": Decimal(self._some(1, 99))}, **own),
            ),
            "win": ("opportunity", lambda id: pursuing.win(id, **own)),
            "lose": ("opportunity", lambda id: pursuing.lose(id, "Price", **own)),
            "reopen opportunity": ("opportunity", lambda id: pursuing.reopen(id, **own)),
            "solve": ("case", lambda id: led(id, "solve", **own)),
            "reopen case": ("case", lambda id: led(id, "reopen", **own)),
            "close": ("case", lambda id: led(id, "close", **own)),
            "delete case": ("case", lambda id: records_deleting.delete(kind_of("case"), id, **own)),
            "edit contact": (
                "contact",
                lambda id: said_there(id, self.customer, stance=self.chance.choice(["champion", "opponent"]), **own),
            ),
            "delete contact": ("contact", lambda id: records_deleting.delete(kind_of("contact"), id, **own)),
            "restore contact": ("contact", lambda id: records_deleting.restore(kind_of("contact"), id, **own)),
        }
        return self._of_the_customer(own) | {
            name: partial(self._one, kind, verb) for name, (kind, verb) in each.items()
        }

    def _of_the_customer(self, own: dict[str, Any]) -> dict[str, Doing]:
        customer, later = self.customer, self.now + timedelta(days=400)
        talk = {"channel": "visit", "purpose": "Talk", "feeling": 1, "next_step": "Call", "at": self.now}
        day = self.now.date()
        return {
            "add interaction": partial(
                self._add,
                "interaction",
                lambda: log(customer, talk | {"next_step_on": day - timedelta(days=9)}, **own),
            ),
            "add order": partial(self._add, "order", lambda: ordering.take(customer, LINES, ordered_on=day, **own)),
            "add opportunity": partial(
                self._add,
                "opportunity",
                lambda: pursuing.note(customer, {"name": "More", "amount": Decimal(500)}, **own),
            ),
            "add case": partial(self._add, "case", lambda: opened(customer, subject="Late", **own)),
            "add contact": partial(self._add, "contact", lambda: met(customer, "Somebody", stance="champion", **own)),
            "edit customer": lambda: editing.edit(customer, {"contact_every_days": self._some(1, 90)}, **own),
            "assign": lambda: assigning.assign(
                customer, owner=self.chance.choice([self.by.id, self.other]), team=None, **own
            ),
            "blacklist": lambda: blacklisting.blacklist(customer, "Debts", **own),
            "clear": lambda: blacklisting.clear(customer, **own),
            "join the team": lambda: staffing.add(
                customer, self.other, self.chance.choice(["lead", "seller", "service"]), **own
            ),
            "leave the team": self._leave,
            "warn": lambda: self._step("early_warning", "warn"),
            "calm down": lambda: self._step("early_warning", "restore"),
            "designate": lambda: self._step("designation", "propose"),
            "settle deadlines": lambda: settle(later),
            "sweep": lambda: sweep(self.now),
            "refresh all": lambda: refresh(as_of=day, now=self.now),
            "refresh all of the day before": lambda: refresh(
                as_of=day - timedelta(days=1), now=self.now - timedelta(days=1)
            ),
            "feed": lambda: feeding.feed(
                [feeding.Measure(customer, "deposits", Decimal(self._some(1, 999)), day)], **own
            ),
        }

    async def meet(self, names: Sequence[str]) -> None:
        """Does several at one moment. What the domain refuses is noted; anything else is a fault."""
        import asyncio

        await asyncio.gather(*(self._try(name) for name in names))

    async def _try(self, name: str) -> None:
        try:
            await retrying(self.doings[name])
        except DomainError as refusal:
            self.refused.setdefault(name, set()).add(str(refusal))

    async def _add(self, kind: str, verb: Doing) -> None:
        self.records.setdefault(kind, []).append(await verb())

    async def _one(self, kind: str, verb: Callable[[UUID], Awaitable[Any]]) -> None:
        await verb(self.chance.choice(self.records[kind]))

    async def _leave(self) -> None:
        members = await DB.fetch("SELECT id FROM account_member WHERE customer = $1 AND until IS NULL", self.customer)
        if members:
            await staffing.end(self.customer, self.chance.choice(members)["id"], by=self.by, now=self.now)

    async def _step(self, workflow: str, step: str) -> None:
        instance = await instance_of(workflow, self.customer)
        said = {"comment": "x", "fields": {"criterion": "volume"}, "revision": instance.revision}
        await advance(instance.id, step, by=self.by, now=self.now, **said)

    def _some(self, least: int, most: int) -> int:
        return self.chance.randint(least, most)


async def astray(customer: UUID) -> dict[str, tuple[Any, Any]]:
    """Facts that are stored otherwise than they are computed for the day that the row is of, with both values."""
    row = await DB.fetchrow("SELECT * FROM customer_fact WHERE customer = $1", customer)
    assert row is not None
    computed = await gather("customer", customer, as_of=row["as_of"])
    return {name: (row[name], value) for name, value in computed.items() if row[name] != value}
