"""Service at one customer: what is open and late, what was solved, and how complaints go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records.going_on import open_states
from kam.service.facts import COMPLAINT
from kam.service.kind import CASE

Row = Mapping[str, Any]


async def of_customer(viewer: Viewer, customer: UUID, *, now: datetime) -> dict[str, Any]:
    """Service at one customer: the unsolved `cases` with those due first on top and whether each is `overdue`, the last
    `solved` ones with the days they took, and the `months` of the last year with their cases and complaints."""
    params = Params(customer)
    sees = f"EXISTS (SELECT FROM customer WHERE customer.id = $1 AND {sees_customer(viewer, params)})"
    where = f"c.customer = $1 AND c.deleted_at IS NULL AND {sees}"
    unsolved = params(list(open_states(CASE)))
    rows = await DB.fetch(
        f"""
        (SELECT {_SHOWN}, c.due_at < {params(now)} AS overdue, NULL::numeric AS days {_FROM}
         WHERE {where} AND c.state = ANY({unsolved}) ORDER BY c.due_at NULLS LAST, c.created_at LIMIT 50)
        UNION ALL
        (SELECT {_SHOWN}, false, extract(epoch FROM c.solved_at - c.created_at) / 86400 {_FROM}
         WHERE {where} AND c.solved_at IS NOT NULL AND c.state <> ALL({unsolved}) ORDER BY c.solved_at DESC LIMIT 5)
        """,
        *params.values,
    )
    open_ones, solved = ([row for row in rows if (row["days"] is None) is waits] for waits in (True, False))
    return {"cases": open_ones, "solved": solved, "months": await _months(viewer, customer, now)}


_SHOWN = (
    "c.id, c.number, c.subject, c.kind, c.priority, c.created_at, c.due_at, c.solved_at, c.solution,"
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
               ON date_trunc('month', c.created_at AT TIME ZONE 'UTC') = month
        GROUP BY month ORDER BY month
        """,
        *params.values,
    )


async def mine_unsolved(viewer: Viewer) -> int:
    """How many unsolved cases wait for this person."""
    found = await DB.fetchval(
        "SELECT count(*) FROM service_case c JOIN customer ON customer.id = c.customer AND customer.deleted_at IS NULL"
        " WHERE c.owner = $1 AND c.state = ANY($2) AND c.deleted_at IS NULL",
        viewer.id,
        list(open_states(CASE)),
    )
    return int(found)
