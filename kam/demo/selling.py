"""Products, orders, opportunities and cases of the demo.

They come in sets, as from the systems that hold them, since thousands of single orders would keep a visitor waiting.
Each carries the day on which it was recorded, so facts of a past day rest on what was known then.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.demo import book
from kam.demo.calendar import Calendar
from kam.demo.content import Company, rows
from kam.facts.catalogue import current as facts
from kam.people.viewer import Viewer
from kam.sales.terms import CONFIRMED, DELIVERED, SHIPPED, USUAL_PROBABILITY
from kam.service.terms import CLOSED, IN_PROGRESS, OPEN, TIME_TO_SOLVE

CENT = Decimal("0.01")


@dataclass
class Selling:
    """Rows by table, written at once; `products` are their ids by code."""

    calendar: Calendar
    chance: Random
    products: dict[str, UUID] = field(default_factory=dict)
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    _numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def stock(self) -> None:
        """The price list."""
        for row in rows("products"):
            self.products[row["code"]] = new_id()
            prices = {"list_price": Decimal(row["list_price"]), "cost": Decimal(row["cost"])}
            self._add("product", {**row, **prices, "id": self.products[row["code"]], "currency": "EUR", "active": True})

    def order_all(self, customer: UUID, company: Company, currency: str, owner: Viewer) -> None:
        rate = facts().currencies.rates[currency]
        for purchase in book.purchases(company, self.chance):
            self._order(purchase, customer, currency, rate, owner)

    def hope(self, customer: UUID, company: Company, currency: str, owner: Viewer) -> None:
        rate = facts().currencies.rates[currency]
        for one in book.hopes(company, self.chance):
            engaged = self.calendar.day(one.days_ago)
            expected = (self.calendar.now + timedelta(days=one.ahead)).date()
            closed = one.stage in ("won", "lost")
            self._add("opportunity", {
                "id": new_id(), "customer": customer, "name": one.name, "stage": one.stage, "currency": currency,
                "amount": (one.amount * rate).quantize(Decimal(1000), ROUND_HALF_UP),
                "probability": USUAL_PROBABILITY[one.stage], "engaged_on": engaged.date(), "expected_on": expected,
                "closed_on": expected if closed else None, "lost_reason": one.lost_reason, "owner": owner.id,
                "notes": "", **_stamps(engaged, owner),
            })  # fmt: skip

    def serve(self, customer: UUID, company: Company, contacts: list[UUID], by: Viewer) -> None:
        for matter in book.matters(company, self.chance):
            opened = self.calendar.day(matter.days_ago) + timedelta(hours=self.chance.randint(0, 9))
            solved = opened + timedelta(hours=matter.solved_after) if matter.solved_after else None
            if solved and solved > self.calendar.now:
                solved = None
            status = CLOSED if solved else IN_PROGRESS if matter.days_ago > 3 else OPEN
            stamps = _stamps(min(opened, self.calendar.now), by)
            del stamps["created_at"]
            self._add("service_case", {
                "id": new_id(), "number": self._number("S", opened), "customer": customer, "kind": matter.kind,
                "contact": self.chance.choice(contacts) if contacts else None, "priority": matter.priority,
                "status": status, "subject": matter.subject, "problem": matter.problem,
                "solution": matter.solution if solved else "", "owner": by.id, "opened_at": opened,
                "due_at": opened + TIME_TO_SOLVE[matter.priority], "solved_at": solved, **stamps,
            })  # fmt: skip

    async def write(self) -> None:
        """Everything collected, in the order in which the tables refer to each other."""
        async with DB.connection() as link:
            for table in ("product", "sales_order", "sales_order_line", "opportunity", "service_case"):
                if found := self._rows.pop(table, []):
                    columns = list(found[0])
                    records = [tuple(row[column] for column in columns) for row in found]
                    await link.copy_records_to_table(table, records=records, columns=columns)

    def _order(self, purchase: book.Purchase, customer: UUID, currency: str, rate: Decimal, owner: Viewer) -> None:
        day, order = self.calendar.day(purchase.days_ago), new_id()
        total = cost = Decimal(0)
        for position, line in enumerate(purchase.lines, start=1):
            price, unit_cost = (
                (value * rate).quantize(CENT, ROUND_HALF_UP) for value in (line.unit_price, line.unit_cost)
            )
            amount = price * line.quantity
            total, cost = total + amount, cost + unit_cost * line.quantity
            self._add("sales_order_line", {
                "id": new_id(), "sales_order": order, "position": position, "product": self.products[line.product],
                "description": "", "quantity": line.quantity, "unit_price": price, "unit_cost": unit_cost,
                "amount": amount,
            })  # fmt: skip
        status = DELIVERED if purchase.days_ago > 25 else SHIPPED if purchase.days_ago > 12 else CONFIRMED
        self._add("sales_order", {
            "id": order, "number": self._number("A", day), "customer": customer, "ordered_on": day.date(),
            "status": status, "channel": purchase.channel, "currency": currency, "total": total, "cost": cost,
            "notes": "", **_stamps(day, owner),
        })  # fmt: skip

    def _number(self, letter: str, day: datetime) -> str:
        self._numbers[letter] += 1
        return f"{letter}{day:%y}-{self._numbers[letter]:05d}"

    def _add(self, table: str, row: dict[str, Any]) -> None:
        self._rows[table].append(row)


def _stamps(at: datetime, by: Viewer) -> dict[str, Any]:
    return {"created_at": at, "updated_at": at, "created_by": by.id, "revision": 1}
