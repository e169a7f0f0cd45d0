"""What a new record has beside what is said of it: what is usual, whose it is, when and by whom it was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind

Values = Mapping[str, Any]


def usual(kind: Kind, *, now: datetime, by: Viewer) -> dict[str, Any]:
    day = by.today(now)
    return {one.name: _usual(one, now if one.type == f.MOMENT else day) for one in kind.fields}


def _usual(one: Field, when: Any) -> Any:
    return one.usual(when) if callable(one.usual) else one.empty if one.usual is None else one.usual


def written(by: Viewer, now: datetime) -> dict[str, Any]:
    """What a new record has beside what is said of it."""
    return {"created_at": now, "created_by": by.id, "updated_at": now}


async def in_their_currency(kind: Kind, values: Values, customer: UUID | None) -> dict[str, Any]:
    """What is a customer's is in their currency, where nobody says another."""
    open_ones = [one.name for one in kind.fields if one.type == f.CURRENCY and not values.get(one.name)]
    if not customer or not open_ones:
        return {}
    return dict.fromkeys(open_ones, await DB.fetchval("SELECT currency FROM customer WHERE id = $1", customer))
