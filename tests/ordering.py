"""Orders as tests speak of them: taken, changed, moved and returned, by the shared functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.orders.kind import ORDER
from kam.people.viewer import Viewer
from kam.records.adding import add
from kam.records.editing import edit
from kam.records.finding import find as find_record
from kam.workflow.advancing import advance
from kam.workflow.history import Step
from kam.workflow.instances import instance_of, look_at

Line = Mapping[str, Any]


def line(
    quantity: int | Decimal = 1, product: UUID | None = None, description: str = "", price: Any = None, **more: Any
) -> dict[str, Any]:
    unit_price = None if price is None else Decimal(price)
    return {
        "product": product, "description": description, "quantity": Decimal(quantity), "unit_price": unit_price, **more,
    }  # fmt: skip


async def take(
    customer: UUID, lines: Sequence[Line], *, ordered_on: date, by: Viewer, now: datetime, state: str = "",
    key: str = "", remark: str = "", **values: Any,
) -> UUID:  # fmt: skip
    said = {"ordered_on": ordered_on, "lines": lines, **values}
    return await add(ORDER, said, by=by, now=now, customer=customer, state=state, key=key, remark=remark)


async def change(order: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, **seen: Any) -> None:
    await edit(ORDER, order, values, by=by, now=now, **seen)


async def find(by: Viewer, order: UUID) -> dict[str, Any]:
    return await find_record(ORDER, by, order, deleted=None)


async def move(order: UUID, step: str, *, by: Viewer, now: datetime, revision: int | None = None) -> Step:
    """On what stands there, unless another revision was seen."""
    await find_record(ORDER, by, order)
    held = await look_at((await instance_of(ORDER.workflow, order)).id, None)
    return await advance(held, step, by=by, now=now, revision=revision or held.revision)


async def cancel(order: UUID, *, by: Viewer, now: datetime, **seen: Any) -> Step:
    return await move(order, "cancel", by=by, now=now, **seen)
