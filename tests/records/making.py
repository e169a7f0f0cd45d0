"""A record of any kind, with a value in each field of its type."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records.adding import add
from kam.records.fields import Field
from kam.records.kind import Kind

_VALUES: dict[str, Any] = {
    f.EMAIL: "mail@example.com", f.PHONE: "+49 30 1234567", f.WEB: "https://www.example.com", f.TAGS: ["first"],
    f.WHOLE: 3, f.NUMBER: Decimal("2.5"), f.PERCENT: Decimal(40), f.MONEY: Decimal("1250.50"), f.CURRENCY: "EUR",
    f.YES_NO: True,
}  # fmt: skip


def sample(kind: Kind, now: datetime, *, mark: str = "Zebrafish") -> dict[str, Any]:
    """`mark` stands in the title. What refers to others stays empty, unless it is required."""
    values = {one.name: _value(one, now, mark) for one in kind.fields if not one.reckoned and not one.protect}
    return {name: value for name, value in values.items() if value is not None}


async def make(kind: Kind, customer: UUID, *, by: Viewer, now: datetime, mark: str = "Zebrafish") -> UUID:
    values = sample(kind, now, mark=mark)
    return await add(kind, values, by=by, now=now, customer=customer if kind.belongs else None)


def _value(one: Field, now: datetime, mark: str) -> Any:
    if one.type in (f.TEXT, f.LONG):
        return f"{mark} {one.name}"[: one.longest]
    if one.type in (f.DAY, f.MOMENT):
        return _day(one, now) if one.required else None
    if one.type == f.CHOICE:
        return next(iter(one.choices))
    return _VALUES.get(one.type)


def _day(one: Field, now: datetime) -> date | datetime:
    return now.date() if one.type == f.DAY else now
