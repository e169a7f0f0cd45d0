"""What the page of a customer shows of its orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.workflow.definition import CANCELLED
from kam.workflow.meanings import states_that_mean

Row = Mapping[str, Any]


async def latest(viewer: Viewer, customer: UUID) -> list[Row]:
    params = Params(customer)
    sees = f"EXISTS (SELECT FROM customer WHERE customer.id = $1 AND {sees_customer(viewer, params)})"
    return await DB.fetch(
        "SELECT id, number, ordered_on, state, total, currency FROM sales_order"
        f" WHERE customer = $1 AND deleted_at IS NULL AND {sees} ORDER BY ordered_on DESC, id DESC LIMIT 8",
        *params.values,
    )


async def months(viewer: Viewer, customer: UUID, as_of: date) -> list[Row]:
    """Revenue of the last twelve months in the currency most of it came in, also of months without any."""
    params = Params(customer, as_of)
    sees = sees_customer(viewer, params)
    first, cancelled = "date_trunc('month', $2::date - interval '11 months')", states_that_mean("order", CANCELLED)
    return await DB.fetch(
        f"""
        WITH sold AS (
            SELECT o.ordered_on, o.total, o.currency FROM sales_order o JOIN customer ON customer.id = o.customer
            WHERE o.customer = $1 AND o.deleted_at IS NULL AND (o.state IN ({cancelled})) IS NOT TRUE
              AND o.ordered_on <= $2::date AND o.ordered_on >= {first} AND {sees}
        ), main AS (SELECT currency FROM sold GROUP BY currency ORDER BY sum(abs(total)) DESC LIMIT 1)
        SELECT month::date, coalesce(sum(sold.total), 0) AS amount, main.currency
        FROM main CROSS JOIN generate_series({first}, $2::date, '1 month') month
        LEFT JOIN sold ON date_trunc('month', sold.ordered_on) = month AND sold.currency = main.currency
        GROUP BY month, main.currency ORDER BY month
        """,
        *params.values,
    )
