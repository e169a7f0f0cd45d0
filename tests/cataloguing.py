"""Products as tests speak of them, by the shared functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.people.viewer import Viewer
from kam.records import adding, editing
from kam.sales.kind import PRODUCT


async def add(values: Mapping[str, Any], *, by: Viewer, now: datetime) -> UUID:
    return await adding.add(PRODUCT, values, by=by, now=now)


async def change_product(product: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime) -> None:
    await editing.edit(PRODUCT, product, values, by=by, now=now)
