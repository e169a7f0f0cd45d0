"""A record of any kind, with a value in each field of its type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.customers.creating import create
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.people.viewer import Viewer
from kam.records import catalogue
from kam.records import fields as f
from kam.records.adding import add
from kam.records.fields import Field
from kam.records.kind import Kind

_SAMPLES: dict[str, Any] = {
    f.EMAIL: "mail@example.com", f.PHONE: "+49 30 1234567", f.WEB: "https://www.example.com", f.TAGS: ["first"],
    f.WHOLE: 3, f.NUMBER: Decimal("2.5"), f.PERCENT: Decimal(40), f.MONEY: Decimal("1250.50"), f.CURRENCY: "EUR",
    f.YES_NO: True,
}  # fmt: skip


def sample(kind: Kind, now: datetime, *, mark: str = "Zebrafish") -> dict[str, Any]:
    """`mark` stands in the title. What refers to others stays empty."""
    parts = {part.name: [] if part.ticked else [_values(part.fields, now, mark)] for part in kind.parts}
    return _values(kind.fields, now, mark) | parts


async def make(kind: Kind, customer: UUID, *, by: Viewer, now: datetime, mark: str = "Zebrafish") -> UUID:
    values = sample(kind, now, mark=mark) | await required(kind, by=by, now=now, mark=mark)
    if kind.is_itself:
        return await create(values, by=by, now=now)
    return await add(kind, values, by=by, now=now, customer=customer if kind.of_customers else None)


async def required(kind: Kind, *, by: Viewer, now: datetime, mark: str = "Zebrafish") -> dict[str, Any]:
    """The records that one of the kind must refer to, made for it: nobody's, or those of a customer made for them."""
    wanted = [one for one in kind.fields if one.type == f.RECORD and one.required]
    return {one.name: await _referred(catalogue.kind_of(one.of), by, now, mark) for one in wanted}


async def _referred(kind: Kind, by: Viewer, now: datetime, mark: str) -> UUID:
    if not kind.of_customers:
        return await add(kind, sample(kind, now, mark=str(new_id())), by=by, now=now)
    customer = await create({"name": str(new_id())}, by=by, now=now)
    await DB.execute("UPDATE customer SET owner = NULL WHERE id = $1", customer)
    return await add(kind, sample(kind, now, mark=mark), by=by, now=now, customer=customer)


def _values(fields: Sequence[Field], now: datetime, mark: str) -> dict[str, Any]:
    values = {one.name: _value(one, now, mark) for one in fields if not one.reckoned and not one.protect}
    return {name: value for name, value in values.items() if value is not None}


def _value(one: Field, now: datetime, mark: str) -> Any:
    if one.type in (f.TEXT, f.LONG):
        return f"{mark} {one.name}"[: one.longest]
    if one.type in (f.DAY, f.MOMENT):
        return _day(one, now) if one.required else None
    if one.type in (f.CHOICE, f.GRADE):
        return next(iter(one.choices))
    return _SAMPLES.get(one.type)


def _day(one: Field, now: datetime) -> date | datetime:
    return now.date() if one.type == f.DAY else now
