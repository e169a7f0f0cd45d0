"""Changing what is known of a customer, which may move it in the tree of parent companies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.kind import CUSTOMER
from kam.customers.parents import hold_tree_to_move
from kam.database.engine import DB
from kam.people.viewer import Viewer
from kam.records import editing


async def edit(
    customer: UUID,
    values: Mapping[str, Any],
    *,
    by: Viewer,
    now: datetime,
    revision: int | None = None,
    remark: str = "",
) -> None:
    """Raises as the edit of any record does."""
    if values.get("parent") is None:
        await editing.edit(CUSTOMER, customer, values, by=by, now=now, revision=revision, remark=remark)
        return
    async with DB.transaction():
        await hold_tree_to_move(customer, values["parent"])
        await editing.edit(CUSTOMER, customer, values, by=by, now=now, revision=revision, remark=remark)
