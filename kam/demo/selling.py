"""What is sold in the demo: products are listed, orders taken, sent and delivered, opportunities won and lost.

Each goes through the verb that a page would call, on the day on which it happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import structlog

from kam.database.engine import DB
from kam.demo import book
from kam.demo.calendar import Calendar
from kam.demo.careers import reach
from kam.demo.content import Company, rows
from kam.errors import Refused
from kam.facts.catalogue import current as facts
from kam.orders.kind import ORDER
from kam.orders.returning import take_back
from kam.people.viewer import Viewer
from kam.records.adding import add
from kam.sales.kind import OPPORTUNITY, PRODUCT
from kam.workflow.definition import GOES_ON
from kam.workflow.registry import current

log = structlog.get_logger()

CENT = Decimal("0.01")
TO_CALL_OFF, TO_SHIP, TO_DELIVER, TO_SEND_BACK = 3, 12, 25, 40  # days after the order
ONE_CALLED_OFF_OF, ONE_SENT_BACK_OF = 90, 140
TRACKED = 90  # days for which shipments have been followed too; before, only what was delivered was written down


@dataclass
class Selling:
    """Puts orders and opportunities of customers into the calendar; `products` are the ids by code."""

    calendar: Calendar
    chance: Random
    products: dict[str, UUID] = field(default_factory=dict)
    ordered: int = 0

    async def stock(self, by: Viewer, now: datetime) -> None:
        """The price list."""
        for row in rows("products"):
            prices = {"list_price": Decimal(row["list_price"]), "cost": Decimal(row["cost"])}
            self.products[row["code"]] = await add(PRODUCT, {**row, **prices}, by=by, now=now)

    def order_all(self, customer: UUID, company: Company, currency: str, owner: Viewer) -> None:
        for purchase in book.purchases(company, self.chance):
            taken = Taken(customer, self._lines(purchase, currency), currency, purchase.channel, owner)
            self.calendar.at(purchase.days_ago, taken.take)
            for later, state in ((TO_SHIP, "shipped"), (TO_DELIVER, "delivered")):
                if purchase.days_ago > later and (later == TO_DELIVER or purchase.days_ago <= TRACKED):
                    self.calendar.at(purchase.days_ago - later, partial(taken.move, state))
            self._end_otherwise(taken, purchase.days_ago)

    def _end_otherwise(self, taken: Taken, days_ago: float) -> None:
        """Of so many orders one is called off before it is sent, and one comes back."""
        self.ordered += 1
        if self.ordered % ONE_CALLED_OFF_OF == 0 and days_ago > TO_CALL_OFF:
            self.calendar.at(days_ago - TO_CALL_OFF, partial(taken.move, "cancelled"))
        elif self.ordered % ONE_SENT_BACK_OF == 0 and days_ago > TO_SEND_BACK:
            self.calendar.at(days_ago - TO_SEND_BACK, taken.come_back)

    def hope(self, customer: UUID, company: Company, currency: str, owner: Viewer) -> None:
        rate = facts().currencies.rates[currency]
        for one in book.hopes(company, self.chance):
            amount = (one.amount * rate).quantize(Decimal(1000), ROUND_HALF_UP)
            pursued = Pursued(customer, one, amount, currency, owner)
            self.calendar.at(one.days_ago, partial(pursued.note, self.calendar.now))
            if current().definition(OPPORTUNITY.workflow).state(one.stage).means in GOES_ON:
                self.calendar.at(one.days_ago / 2, pursued.go_on)
            else:
                self.calendar.at(-one.ahead, pursued.close)

    def _lines(self, purchase: book.Purchase, currency: str) -> list[dict[str, Any]]:
        rate = facts().currencies.rates[currency]
        return [
            {
                "product": self.products[line.product],
                "quantity": Decimal(line.quantity),
                "unit_price": (line.unit_price * rate).quantize(CENT, ROUND_HALF_UP),
            }
            for line in purchase.lines
        ]


@dataclass
class Taken:
    """One order on its way to the customer."""

    customer: UUID
    lines: Sequence[Mapping[str, Any]]
    currency: str
    channel: str
    owner: Viewer
    order: UUID | None = None

    async def take(self, now: datetime) -> None:
        """What the guards forbid does not happen in the demo either."""
        values = {"ordered_on": now.date(), "currency": self.currency, "channel": self.channel, "lines": self.lines}
        own: dict[str, Any] = {"by": self.owner, "now": now, "customer": self.customer, "state": "confirmed"}
        try:
            async with DB.attempt():
                self.order = await add(ORDER, values, **own)
        except Refused as refused:
            log.debug("not_in_the_demo", order=values["ordered_on"], reasons=str(refused))

    async def move(self, state: str, now: datetime) -> None:
        if self.order:
            await reach(ORDER.workflow, self.order, state, now, by=self.owner)

    async def come_back(self, now: datetime) -> None:
        if self.order:
            await take_back(self.order, by=self.owner, now=now)


@dataclass
class Pursued:
    """One opportunity from the day it was noted to its end, if it has come to one."""

    customer: UUID
    hope: book.Hope
    amount: Decimal
    currency: str
    owner: Viewer
    opportunity: UUID | None = None

    async def note(self, today: datetime, now: datetime) -> None:
        expected = (today + timedelta(days=self.hope.ahead)).date()
        values = {
            "name": self.hope.name, "amount": self.amount, "currency": self.currency, "expected_on": expected,
            "owner": self.owner.id,
        }  # fmt: skip
        self.opportunity = await add(OPPORTUNITY, values, by=self.owner, now=now, customer=self.customer)

    async def go_on(self, now: datetime) -> None:
        await self._stand_in(self.hope.stage, now)

    async def close(self, now: datetime) -> None:
        await self._stand_in(self.hope.stage, now, {"lost_reason": self.hope.lost_reason})

    async def _stand_in(self, state: str, now: datetime, fields: Mapping[str, Any] | None = None) -> None:
        assert self.opportunity is not None
        await reach(OPPORTUNITY.workflow, self.opportunity, state, now, by=self.owner, comment="", fields=fields or {})
