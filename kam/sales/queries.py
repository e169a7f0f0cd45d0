"""What the page of a customer shows of its opportunities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.workflow.meanings import GOING_ON, states_that_mean


async def open_opportunities(viewer: Viewer, customer: UUID) -> list[Mapping[str, Any]]:
    params = Params(customer)
    sees = f"EXISTS (SELECT FROM customer WHERE customer.id = $1 AND {sees_customer(viewer, params)})"
    return await DB.fetch(
        "SELECT id, name, state, amount, currency, expected_on, probability FROM opportunity"
        f" WHERE customer = $1 AND deleted_at IS NULL AND {sees}"
        f" AND state IN ({states_that_mean('opportunity', GOING_ON)}) ORDER BY amount DESC NULLS LAST, id LIMIT 30",
        *params.values,
    )
