"""Interactions as tests speak of them, logged by the shared function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.people.viewer import Viewer
from kam.records.adding import add
from kam.records.catalogue import kind_of


async def log(
    customer: UUID,
    values: Mapping[str, Any],
    *,
    by: Viewer,
    now: datetime,
    people: Sequence[UUID] = (),
    contacts: Sequence[UUID] = (),
    key: str = "",
) -> UUID:
    took_part = [{"person": one} for one in people] + [{"contact": one} for one in contacts]
    said = {"participants": took_part, **values}
    return await add(kind_of("interaction"), said, by=by, now=now, customer=customer, key=key)
