"""Which customers stand on a warning level, why, and what was done since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.relationships.facts import WARNING_LEVELS
from kam.workflow.definition import RENAMED

WORKFLOW = "early_warning"
NORMAL = WARNING_LEVELS[0]
RAISED = tuple(reversed(WARNING_LEVELS[1:]))  # the worst first
PER_PAGE = 40


@dataclass(frozen=True, slots=True)
class Warned:
    """A customer above the normal level, with the step that put it there.

    `facts` are the values as they stood at that step; `touches` counts interactions since; `last_touch` is the newest.
    """

    instance: UUID
    customer: UUID
    code: str
    name: str
    name_zh: str
    owner: str
    state: str
    since: datetime
    revision: int
    transition: str
    trigger: str | None
    by: str | None
    comment: str
    facts: dict[str, Any]
    deadline: str | None
    due_at: datetime | None
    touches: int
    last_touch: datetime | None
    last_purpose: str | None
    revenue: Any
    currency: str


_WARNED = """
SELECT i.id AS instance, customer.id AS customer, customer.code, customer.name, customer.name_zh,
       coalesce(owner.name, '') AS owner, i.state, i.entered_at AS since, i.revision,
       coalesce(step.transition, '') AS transition, step.trigger, coalesce(actor.name, '') AS by,
       coalesce(step.comment, '') AS comment, coalesce(step.facts, '{{}}'::jsonb)::text AS facts,
       due.name AS deadline, due.due_at, done.touches, done.last_touch, done.last_purpose,
       fact.revenue_12m AS revenue, customer.currency
FROM workflow_instance i
JOIN customer ON customer.id = i.customer AND customer.deleted_at IS NULL
JOIN customer_fact fact ON fact.customer = customer.id
LEFT JOIN person owner ON owner.id = customer.owner
LEFT JOIN LATERAL (
    SELECT * FROM workflow_step s WHERE s.instance = i.id AND s.transition <> '{renamed}' ORDER BY s.number DESC LIMIT 1
) step ON TRUE
LEFT JOIN person actor ON actor.id = step.by
LEFT JOIN LATERAL (
    SELECT d.name, d.due_at FROM workflow_deadline d
    WHERE d.instance = i.id AND d.settled_at IS NULL ORDER BY d.due_at < {now}, d.due_at LIMIT 1
) due ON TRUE
LEFT JOIN LATERAL (
    SELECT count(*) AS touches, max(n.at) AS last_touch,
           (array_agg(n.purpose ORDER BY n.at DESC))[1] AS last_purpose
    FROM interaction n WHERE n.customer = customer.id AND n.deleted_at IS NULL AND n.at >= i.entered_at
) done ON TRUE
WHERE i.workflow = '{workflow}' AND i.state = ANY({states}) AND {seen} {only}
ORDER BY {order} i.entered_at DESC, i.id
LIMIT {limit}
"""


async def warned(
    viewer: Viewer, states: Sequence[str], *, limit: int = PER_PAGE, customer: UUID | None = None, mine: bool = False,
    newest: bool = False, now: datetime,
) -> list[Warned]:  # fmt: skip
    """The customers that the viewer sees on one of `states`, in the order of `states` (unless `newest`), newest first.

    `customer` asks for one, `mine` for those that the viewer owns or serves.
    """
    params = Params()
    only = f"AND customer.id = {params(customer)}" if customer else ""
    if mine:
        only = f"AND (customer.owner = {params(viewer.id)} OR customer.id = ANY({params(list(viewer.accounts))}))"
    wanted = f"{params(list(states))}::varchar[]"
    sql = _WARNED.format(
        workflow=WORKFLOW,
        renamed=RENAMED,
        states=wanted,
        order="" if newest else f"array_position({wanted}, i.state::varchar),",
        now=params(now),
        seen=sees_customer(viewer, params),
        limit=params(limit),
        only=only,
    )
    rows = await DB.fetch(sql, *params.values)
    return [Warned(**{**row, "facts": json.loads(row["facts"], parse_float=Decimal)}) for row in rows]


async def names(people: Iterable[UUID | None]) -> dict[UUID, str]:
    """What our people are called."""
    wanted = list({person for person in people if person})
    rows = await DB.fetch("SELECT id, name FROM person WHERE id = ANY($1)", wanted) if wanted else []
    return {row["id"]: row["name"] for row in rows}


async def raised(viewer: Viewer, levels: Sequence[str]) -> int:
    """How many customers stand on one of these levels; unlike `counts` it does not read the many normal ones."""
    params = Params(list(levels))
    count: int = await DB.fetchval(
        f"""
        SELECT count(*) FROM workflow_instance i JOIN customer ON customer.id = i.customer
        WHERE i.workflow = '{WORKFLOW}' AND i.state = ANY($1)
          AND customer.deleted_at IS NULL AND {sees_customer(viewer, params)}
        """,
        *params.values,
    )
    return count


async def counts(viewer: Viewer) -> dict[str, int]:
    """Customers by level, as far as the viewer sees them."""
    params = Params()
    rows = await DB.fetch(
        f"""
        SELECT i.state, count(*) FROM workflow_instance i JOIN customer ON customer.id = i.customer
        WHERE i.workflow = '{WORKFLOW}' AND customer.deleted_at IS NULL AND {sees_customer(viewer, params)}
        GROUP BY i.state
        """,
        *params.values,
    )
    return {row["state"]: row["count"] for row in rows}
