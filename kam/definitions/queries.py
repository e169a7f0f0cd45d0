"""Numbers about workflows: how many stand in each state and for how long, the versions, and what will happen next.

Counts cover the customers that the viewer sees, like every other count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.workflow.definition import RENAMED

RECENT = timedelta(days=30)
SHOWN = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """One state: how many are in it now and, in days, how long they have been and how long past stays lasted."""

    workflow: str
    state: str
    instances: int
    days_now: float | None
    days_past: float | None


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    hash: str
    loaded_at: datetime
    instances: int
    steps: int


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that has not been settled yet."""

    name: str
    due_at: datetime
    state: str
    subject: UUID
    customer: UUID
    customer_name: str
    customer_name_zh: str


async def standings(viewer: Viewer, *, now: datetime, workflow: str | None = None) -> Mapping[str, dict[str, Standing]]:
    """By workflow and state."""
    params = Params(now, workflow)
    rows = await DB.fetch(
        f"""
        WITH seen AS (
            SELECT i.* FROM workflow_instance i JOIN customer ON customer.id = i.customer
            WHERE customer.deleted_at IS NULL AND ($2::text IS NULL OR i.workflow = $2)
              AND {sees_customer(viewer, params)}
        ), present AS (
            SELECT workflow, state, count(*) AS instances,
                   avg(extract(epoch FROM $1 - entered_at) / 86400)::float AS days
            FROM seen GROUP BY workflow, state
        ), stays AS (
            SELECT seen.workflow, s.from_state AS state, extract(epoch FROM s.at - coalesce(
                lag(s.at) OVER (PARTITION BY s.instance ORDER BY s.number), seen.started_at)) / 86400 AS days
            FROM seen JOIN workflow_step s ON s.instance = seen.id AND s.transition <> '{RENAMED}'
        ), past AS (
            SELECT workflow, state, avg(days)::float AS days FROM stays GROUP BY workflow, state
        )
        SELECT workflow, state, coalesce(present.instances, 0) AS instances, present.days AS days_now,
               past.days AS days_past
        FROM present FULL JOIN past USING (workflow, state)
        """,
        *params.values,
    )
    found: dict[str, dict[str, Standing]] = {}
    for row in rows:
        found.setdefault(row["workflow"], {})[row["state"]] = Standing(**row)
    return found


async def versions(workflow: str) -> list[Version]:
    """Newest first, with what each still carries."""
    rows = await DB.fetch(
        """
        SELECT d.number, d.hash, d.loaded_at,
               (SELECT count(*) FROM workflow_instance i WHERE i.definition = d.hash) AS instances,
               (SELECT count(*) FROM workflow_step s WHERE s.definition = d.hash) AS steps
        FROM workflow_definition d WHERE d.workflow = $1 ORDER BY d.number DESC
        """,
        workflow,
    )
    return [Version(**row) for row in rows]


async def due(viewer: Viewer, workflow: str) -> list[Due]:
    """The next deadlines of the instances that the viewer sees."""
    params = Params(workflow)
    rows = await DB.fetch(
        f"""
        SELECT d.name, d.due_at, i.state, i.subject, i.customer, customer.name AS customer_name,
               customer.name_zh AS customer_name_zh
        FROM workflow_deadline d JOIN workflow_instance i ON i.id = d.instance
        JOIN customer ON customer.id = i.customer
        WHERE i.workflow = $1 AND d.settled_at IS NULL AND customer.deleted_at IS NULL
          AND {sees_customer(viewer, params)}
        ORDER BY d.due_at LIMIT {SHOWN}
        """,
        *params.values,
    )
    return [Due(**row) for row in rows]


async def recent(viewer: Viewer, workflow: str, *, now: datetime) -> list[Mapping[str, Any]]:
    """How often each transition was taken lately, and how often by the system itself."""
    params = Params(workflow, now - RECENT)
    return await DB.fetch(
        f"""
        SELECT s.transition, count(*) AS steps, count(*) FILTER (WHERE s.by IS NULL) AS automatic
        FROM workflow_step s JOIN workflow_instance i ON i.id = s.instance
        JOIN customer ON customer.id = i.customer
        WHERE i.workflow = $1 AND s.at >= $2 AND {sees_customer(viewer, params)}
        GROUP BY s.transition ORDER BY steps DESC
        """,
        *params.values,
    )
