"""Finding orders and products on behalf of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.sales.terms import CANCELLED
from kam.workflow.meanings import GOING_ON, states_that_mean

Row = Mapping[str, Any]
NO_SUCH = {
    "sales_order": N_("There is no such order, or it is a customer's whom you do not see."),
}


async def find(viewer: Viewer, table: str, record: UUID, *, lock: bool = False, deleted: bool | None = None) -> Row:
    """An order (`sales_order`) with its customer's name. `deleted=None` finds it either way."""
    params = Params(record)
    sees = sees_customer(viewer, params)
    state = {None: "TRUE", True: "record.deleted_at IS NOT NULL", False: "record.deleted_at IS NULL"}[deleted]
    row: Row | None = await DB.fetchrow(
        f"SELECT record.*, customer.name AS customer_name, customer.name_zh AS customer_name_zh "
        f"FROM {table} record JOIN customer ON customer.id = record.customer "
        f"WHERE record.id = $1 AND {state} AND customer.deleted_at IS NULL AND {sees}"
        + (" FOR NO KEY UPDATE OF record" if lock else ""),
        *params.values,
    )
    if row is None:
        raise NotFound(NO_SUCH[table])
    return row


async def lines(order: UUID) -> list[Row]:
    """The lines of an order that was found; in their order, with the product's code and name."""
    return await DB.fetch(
        "SELECT line.*, product.code, product.name AS product_name FROM sales_order_line line "
        "LEFT JOIN product ON product.id = line.product WHERE line.sales_order = $1 ORDER BY line.position, line.id",
        order,
    )


async def of_customer(viewer: Viewer, customer: UUID, as_of: date) -> dict[str, Any]:
    """What the customer page shows of sales: `months` (month, amount, currency), `orders`, `opportunities`."""
    params = Params(customer)
    sees = f"EXISTS (SELECT FROM customer WHERE customer.id = $1 AND {sees_customer(viewer, params)})"
    of = f"customer = $1 AND deleted_at IS NULL AND {sees}"
    orders = await DB.fetch(
        "SELECT id, number, ordered_on, status, total, currency FROM sales_order "
        f"WHERE {of} ORDER BY ordered_on DESC, id DESC LIMIT 8",
        *params.values,
    )
    opportunities = await DB.fetch(
        "SELECT id, name, state, amount, currency, expected_on, probability FROM opportunity "
        f"WHERE {of} AND state IN ({states_that_mean('opportunity', GOING_ON)}) "
        "ORDER BY amount DESC NULLS LAST, id LIMIT 30",
        *params.values,
    )
    return {"months": await _months(viewer, customer, as_of), "orders": orders, "opportunities": opportunities}


async def _months(viewer: Viewer, customer: UUID, as_of: date) -> list[Row]:
    """Revenue of the last twelve months in the currency most of it came in, also of months without any."""
    params = Params(customer, as_of, CANCELLED)
    sees = sees_customer(viewer, params)
    return await DB.fetch(
        f"""
        WITH sold AS (
            SELECT o.ordered_on, o.total, o.currency FROM sales_order o JOIN customer ON customer.id = o.customer
            WHERE o.customer = $1 AND o.deleted_at IS NULL AND o.status <> $3 AND o.ordered_on <= $2::date
              AND o.ordered_on >= date_trunc('month', $2::date - interval '11 months') AND {sees}
        ), main AS (SELECT currency FROM sold GROUP BY currency ORDER BY sum(abs(total)) DESC LIMIT 1)
        SELECT month::date, coalesce(sum(sold.total), 0) AS amount, main.currency
        FROM main CROSS JOIN generate_series(date_trunc('month', $2::date - interval '11 months'), $2::date, '1 month') month
        LEFT JOIN sold ON date_trunc('month', sold.ordered_on) = month AND sold.currency = main.currency
        GROUP BY month, main.currency ORDER BY month
        """,  # noqa: E501
        *params.values,
    )
