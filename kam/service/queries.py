"""Finding cases on behalf of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.service.terms import UNSOLVED

Row = Mapping[str, Any]


async def find(viewer: Viewer, case: UUID, *, lock: bool = False, deleted: bool | None = None) -> Row:
    """The case with the names of its customer, contact, order, product and owner. `deleted=None` finds it either way."""  # noqa: E501
    params = Params(case)
    sees = sees_customer(viewer, params)
    state = {None: "TRUE", True: "c.deleted_at IS NOT NULL", False: "c.deleted_at IS NULL"}[deleted]
    row: Row | None = await DB.fetchrow(
        f"""
        SELECT c.*, customer.name AS customer_name, customer.name_zh AS customer_name_zh, contact.name AS contact_name,
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


async def of_customer(viewer: Viewer, customer: UUID) -> dict[str, Any]:
    """What the customer page shows of service: the open `cases`, oldest first, and how many there ever were."""
    params = Params(customer)
    where = (
        "c.customer = $1 AND c.deleted_at IS NULL AND EXISTS "
        f"(SELECT FROM customer WHERE customer.id = c.customer AND {sees_customer(viewer, params)})"
    )
    total = await DB.fetchval(f"SELECT count(*) FROM service_case c WHERE {where}", *params.values)
    cases = await DB.fetch(
        "SELECT c.id, c.number, c.subject, c.kind, c.priority, c.status, c.opened_at, c.due_at FROM service_case c "
        f"WHERE {where} AND c.status = ANY({params(list(UNSOLVED))}) ORDER BY c.opened_at LIMIT 8",
        *params.values,
    )
    return {"cases": cases, "total": total}


async def mine_unsolved(viewer: Viewer) -> int:
    """How many unsolved cases wait for this person."""
    found = await DB.fetchval(
        "SELECT count(*) FROM service_case WHERE owner = $1 AND status = ANY($2) AND deleted_at IS NULL",
        viewer.id,
        list(UNSOLVED),
    )
    return int(found)
