"""Records of all kinds in the demo, from `content/records/KIND.toml`: no kind needs code of its own here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from random import Random
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.demo.calendar import Calendar
from kam.demo.careers import reach
from kam.demo.content import FOLDER
from kam.demo.living import Life
from kam.demo.patterns import PATTERNS
from kam.facts.catalogue import current as facts
from kam.people.viewer import Viewer
from kam.records import catalogue
from kam.records import fields as f
from kam.records.adding import add
from kam.records.kind import Kind

SETTLED = 30  # days after the first talk, before which nothing is agreed with anybody


@cache
def content(kind: str) -> Mapping[str, Any]:
    """`share` of the customers have one; each entry of `records` says what one may be, in days from today."""
    file = FOLDER / "records" / f"{kind}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {"share": 0, "records": []}


def plan_records(calendar: Calendar, life: Life, seed: int) -> None:
    """Puts what this customer has of each kind into the calendar."""
    for kind in catalogue.of_customers():
        chance = Random(f"{seed} {kind.name} {life.company.name}")
        entries = [one for one in content(kind.name)["records"] if one["added"] < _known(life)]
        if entries and chance.random() < content(kind.name)["share"]:
            Written(kind, chance.choice(entries), life, chance).plan(calendar)


async def note_nobodys(by: Viewer, now: datetime) -> None:
    """What belongs to no customer, as everybody knows it from the beginning."""
    for kind in catalogue.current().values():
        for entry in content(kind.name)["records"] if not kind.of_customers else ():
            await add(kind, entry["values"], by=by, now=now)


def _known(life: Life) -> int:
    """For how many days; those who never bought have agreed on nothing."""
    pattern = PATTERNS[life.company.pattern]
    return min(pattern.first, pattern.first_touch) - SETTLED if pattern.order_every else 0


@dataclass
class Written:
    """One record from the day on which it was written down to where it stands today."""

    kind: Kind
    entry: Mapping[str, Any]
    life: Life
    chance: Random
    record: UUID | None = None

    def plan(self, calendar: Calendar) -> None:
        shift = self.chance.randint(0, self.entry.get("shift", 0))
        calendar.at(self.entry["added"], partial(self._add, self._values(calendar.now, shift)), hour=3)
        for state, days_ago, who, *why in self.entry.get("steps", ()):
            calendar.at(max(days_ago - shift, 0), partial(self._move, state, self._who(who), why), hour=5)

    def _values(self, today: datetime, shift: int) -> dict[str, Any]:
        said = dict(self.entry.get("values", {}))
        said |= {name: self._in_their_language(texts) for name, texts in self.entry.get("texts", {}).items()}
        for name, days in self.entry.get("days", {}).items():
            said[name] = (today + timedelta(days=days + shift)).date()
        rate = facts().currencies.rates[self.life.currency]
        for name, part in self.entry.get("parts_of_revenue", {}).items():
            said[name] = round(Decimal(self.life.company.volume * part * self.chance.randint(5, 12) / 10) * rate) * 100
        for name, written in self.entry.get("rows", {}).items():
            said[name] = [self._row(row, rate) for row in written]
        said |= {one.name: self.life.currency for one in self.kind.fields if one.type == f.CURRENCY}
        return said | ({"owner": self.life.owner.id} if "owner" in self.kind.by_name else {})

    def _row(self, row: Mapping[str, Any], rate: Decimal) -> dict[str, Any]:
        """`price` is what one costs in the base currency."""
        return {
            "description": self._in_their_language(row["description"]),
            "quantity": Decimal(row["quantity"]),
            "unit": row["unit"],
            "unit_price": round(Decimal(row["price"]) * rate),
        }

    def _in_their_language(self, texts: list[str]) -> str:
        return texts[-1] if self.life.company.speaks_chinese else texts[0]

    def _who(self, who: str) -> Viewer:
        return self.life.owner if who == "owner" else self.life.ours.of(self.life.company.team, who)

    async def _add(self, values: Mapping[str, Any], now: datetime) -> None:
        assert self.life.customer is not None
        refers = {one.name: await self._any(one.of) for one in self.kind.fields if one.of in catalogue.current()}
        self.record = await add(
            self.kind, {**values, **refers}, by=self.life.owner, now=now, customer=self.life.customer
        )

    async def _any(self, kind: str) -> UUID:
        rows = await DB.fetch("SELECT id FROM record WHERE kind = $1 AND customer IS NULL ORDER BY title", kind)
        found: UUID = self.chance.choice([row["id"] for row in rows])
        return found

    async def _move(self, state: str, by: Viewer, why: list[str], now: datetime) -> None:
        assert self.record is not None
        comment = self._in_their_language(why) if why else ""
        await reach(self.kind.workflow, self.record, state, now, by=by, comment=comment)
