"""How many stand in each state of a workflow, and how long they stay there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kam.database.engine import DB
from kam.database.sql import Params
from kam.workflow.definition import RENAMED


@dataclass(frozen=True, slots=True)
class Stay:
    """`now` instances are in the state; `median` and `mean` are days in it, of past stays and of those that last."""

    now: int = 0
    stays: int = 0
    median: float | None = None
    mean: float | None = None


async def states_in_use(workflow: str) -> list[str]:
    """The states in which anything stands, each found by one step through the index on workflow and state."""
    rows = await DB.fetch(
        """
        WITH RECURSIVE standing AS (
            (SELECT state FROM workflow_instance WHERE workflow = $1 ORDER BY state LIMIT 1)
            UNION ALL
            SELECT (SELECT i.state FROM workflow_instance i WHERE i.workflow = $1 AND i.state > s.state
                    ORDER BY i.state LIMIT 1) FROM standing s WHERE s.state IS NOT NULL
        )
        SELECT state FROM standing WHERE state IS NOT NULL
        """,
        workflow,
    )
    return [row["state"] for row in rows]


async def stays(
    workflow: str, *, now: datetime, visible: str = "TRUE", params: Params | None = None
) -> Mapping[str, Stay]:
    """By state. `visible` is SQL over the alias `customer`, built with `params`, that restricts what is counted."""
    params = params or Params()
    name, moment = params(workflow), params(now)
    rows = await DB.fetch(
        f"""
        WITH seen AS (
            SELECT i.id, i.state, i.entered_at, i.started_at
            FROM workflow_instance i JOIN customer ON customer.id = i.customer
            WHERE i.workflow = {name} AND customer.deleted_at IS NULL AND {visible}
        ), stay AS (
            SELECT state, {moment}::timestamptz - entered_at AS length, TRUE AS lasts FROM seen
            UNION ALL
            SELECT s.from_state, s.at - coalesce(lag(s.at) OVER (PARTITION BY s.instance ORDER BY s.number),
                                                 seen.started_at), FALSE
            FROM seen JOIN workflow_step s ON s.instance = seen.id AND s.transition <> '{RENAMED}'
        ), days AS (
            SELECT state, lasts, extract(epoch FROM length)::float8 / 86400 AS days FROM stay
        )
        SELECT state, count(*) FILTER (WHERE lasts) AS now, count(*) AS stays,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median, avg(days) AS mean
        FROM days GROUP BY state
        """,
        *params.values,
    )
    return {row["state"]: Stay(row["now"], row["stays"], row["median"], row["mean"]) for row in rows}
