"""Finding cases on behalf of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.service.terms import COMPLAINT, UNSOLVED

Row = Mapping[str, Any]


async def find(viewer: Viewer, case: UUID, *, lock: bool = False, deleted: bool | None = None) -> Row:
    """The case with the names of its customer, contact, order, product and owner. `deleted=None` finds it either way."""  # noqa: E501
    params = Params(case)
    sees = sees_customer(viewer, params)
    state = {None: "TRUE", True: "c.deleted_at IS NOT NULL", False: "c.deleted_at IS NULL"}[deleted]
    row: Row | None = await DB.fetchrow(
        f"""
        SELECT c.*, customer.name AS customer_name, customer.name_zh AS customer_name_zh, contact.name AS contact_name,
               contact.deleted_at IS NULL AS contact_here,
               sales_order.number AS order_number, product.name AS product_name, person.name AS owner_name
        FROM service_case c JOIN customer ON customer.id = c.customer
        LEFT JOIN contact ON contact.id = c.contact LEFT JOIN sales_order ON sales_order.id = c.sales_order
        LEFT JOIN product ON product.id = c.product LEFT JOIN person ON person.id = c.owner
        WHERE c.id = $1 AND {state} AND customer.deleted_at IS NULL AND {sees}
        {"FOR NO KEY UPDATE OF c" if lock else ""}
        """,
        *params.values,
    )
    if row is None:
        raise NotFound(N_("There is no such case, or it is a customer's whom you do not see."))
    return row


async def of_customer(viewer: Viewer, customer: UUID, *, now: datetime) -> dict[str, Any]:
    """Service at one customer: the unsolved `cases` with those due first on top and whether each is `overdue`, the last
    `solved` ones with the days they took, and the `months` of the last year with their cases and complaints."""
    params = Params(customer)
    sees = f"EXISTS (SELECT FROM customer WHERE customer.id = $1 AND {sees_customer(viewer, params)})"
    where = f"c.customer = $1 AND c.deleted_at IS NULL AND {sees}"
    rows = await DB.fetch(
        f"""
        (SELECT {_SHOWN}, c.due_at < {params(now)} AS overdue, NULL::numeric AS days {_FROM}
         WHERE {where} AND c.status = ANY({params(list(UNSOLVED))}) ORDER BY c.due_at NULLS LAST, c.opened_at LIMIT 50)
        UNION ALL
        (SELECT {_SHOWN}, false, extract(epoch FROM c.solved_at - c.opened_at) / 86400 {_FROM}
         WHERE {where} AND c.solved_at IS NOT NULL ORDER BY c.solved_at DESC LIMIT 5)
        """,
        *params.values,
    )
    unsolved, solved = ([row for row in rows if (row["days"] is None) is open] for open in (True, False))
    return {"cases": unsolved, "solved": solved, "months": await _months(viewer, customer, now)}


_SHOWN = (
    "c.id, c.number, c.subject, c.kind, c.priority, c.status, c.opened_at, c.due_at, c.solved_at, c.solution,"
    " person.name AS owner_name"
)
_FROM = "FROM service_case c LEFT JOIN person ON person.id = c.owner"


async def _months(viewer: Viewer, customer: UUID, now: datetime) -> list[Row]:
    """The last twelve months with the cases opened in each and the complaints among them, also months without any."""
    params = Params(customer, now, COMPLAINT)
    return await DB.fetch(
        f"""
        SELECT month::date, count(c.id) AS cases, count(c.id) FILTER (WHERE c.kind = $3) AS complaints
        FROM generate_series(date_trunc('month', $2 AT TIME ZONE 'UTC') - interval '11 months', $2 AT TIME ZONE 'UTC',
                             '1 month') month
        LEFT JOIN (SELECT c.* FROM service_case c JOIN customer ON customer.id = c.customer
                   WHERE c.customer = $1 AND c.deleted_at IS NULL AND {sees_customer(viewer, params)}) c
               ON date_trunc('month', c.opened_at AT TIME ZONE 'UTC') = month
        GROUP BY month ORDER BY month
        """,
        *params.values,
    )


async def mine_unsolved(viewer: Viewer) -> int:
    """How many unsolved cases wait for this person."""
    found = await DB.fetchval(
        "SELECT count(*) FROM service_case WHERE owner = $1 AND status = ANY($2) AND deleted_at IS NULL",
        viewer.id,
        list(UNSOLVED),
    )
    return int(found)
