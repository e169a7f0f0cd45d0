"""All of a customer at a glance, read in one statement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.customers.queries import alive, found, parent_seen
from kam.database.engine import DB
from kam.database.sql import Params
from kam.facts.catalogue import current
from kam.facts.statement import fill
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records.going_on import is_open
from kam.workflow.registry import kept_while_in_force

JSON_COLUMNS = ("facts", "members", "follow_ups", "open_records", "opportunities", "months", "children")
MOMENTS = frozenset({"blacklisted_at"})
DAYS = frozenset({"since", "on"})
PARENT, CHILD = "{parent}", "{child}"  # where `statement` leaves room for what the viewer may see of the group


async def overview(viewer: Viewer, customer: UUID, *, as_of: date) -> dict[str, Any]:
    """The customer's columns with names, and its facts, account team, open matters, subsidiaries,
    and the revenue of each of the last 24 months in the customer's currency. Raises NotFound."""
    params = Params(customer, as_of)
    parts = {PARENT: parent_seen(viewer, params), CHILD: sees_customer(viewer, params, "k")}
    sql = f"{fill(statement(), current().currencies, as_of='$2')} AND {sees_customer(viewer, params)}"
    for place, condition in parts.items():
        sql = sql.replace(place, condition)
    row = found(await DB.fetchrow(sql, *params.values))
    return {name: read(value) if name in JSON_COLUMNS else value for name, value in row.items()}


async def heading(viewer: Viewer, customer: UUID) -> dict[str, Any]:
    """What stands at the top of every page of a customer."""
    params = Params(customer)
    row = found(
        await DB.fetchrow(
            f"""
            SELECT customer.*, f.stage, f.warning_level, f.key_account, f.segment, f.rank, f.score,
                   owner.name AS owner_name, team.name AS team_name, parent.name AS parent_name,
                   parent.code AS parent_code
            FROM customer JOIN customer_fact f ON f.customer = customer.id
            LEFT JOIN person owner ON owner.id = customer.owner LEFT JOIN team ON team.id = customer.team
            LEFT JOIN customer parent ON {parent_seen(viewer, params)}
            WHERE customer.id = $1 AND {alive()} AND {sees_customer(viewer, params)}
            """,
            *params.values,
        )
    )
    return dict(row)


def read(text: str | None) -> Any:
    return json.loads(text, parse_float=Decimal, object_hook=_with_times) if text else []


def _with_times(values: dict[str, Any]) -> dict[str, Any]:
    for name in MOMENTS & values.keys():
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name in DAYS & values.keys():
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return values


def listed(columns: Mapping[str, str], source: str, order: str) -> str:
    """SQL for a JSON list of objects."""
    pairs = ", ".join(f"'{name}', {sql}" for name, sql in columns.items())
    return f"(SELECT jsonb_agg(jsonb_build_object({pairs}) ORDER BY {order}) FROM {source})"


@kept_while_in_force(1)
def statement() -> str:
    rate = current().currencies.sql("o.currency", "customer.currency")
    team = listed(
        {
            "id": "m.id",
            "person": "m.person",
            "name": "p.name",
            "job": "p.job",
            "position": "m.position",
            "since": "m.since",
        },
        "account_member m JOIN person p ON p.id = m.person WHERE m.customer = customer.id AND m.until IS NULL",
        "m.position <> 'lead', p.name",
    )
    follow_ups = listed(
        {
            "id": "x.id",
            "title": "x.next_step",
            "on": "x.next_step_on",
            "by": "x.name",
            "overdue": "x.next_step_on < $2",
        },
        """(SELECT i.id, i.next_step, i.next_step_on, p.name FROM interaction i
            LEFT JOIN person p ON p.id = i.next_step_by
            WHERE i.customer = customer.id AND i.next_step <> '' AND i.next_step_done_at IS NULL
              AND i.deleted_at IS NULL ORDER BY i.next_step_on NULLS LAST LIMIT 6) x""",
        "x.next_step_on",
    )
    open_records = listed(
        {"id": "x.id", "kind": "x.kind", "number": "x.number", "title": "x.title", "state": "x.state"},
        f"""(SELECT * FROM record r WHERE r.customer = customer.id AND r.deleted_at IS NULL
            AND {is_open("r")} ORDER BY r.id DESC LIMIT 12) x""",
        "x.id DESC",
    )
    opportunities = listed(
        {"id": "x.id", "name": "x.name", "state": "x.state", "amount": "x.amount", "currency": "x.currency",
         "on": "x.expected_on"},
        """(SELECT * FROM opportunity s WHERE s.customer = customer.id AND s.state IN ({means:opportunity:going_on})
            AND s.deleted_at IS NULL ORDER BY s.amount DESC NULLS LAST LIMIT 6) x""",
        "x.amount DESC NULLS LAST",
    )  # fmt: skip
    months = f"""
        (SELECT jsonb_agg(coalesce(x.revenue, 0) ORDER BY month) FROM generate_series(
            date_trunc('month', $2::date) - interval '23 months', date_trunc('month', $2::date), '1 month') AS month
         LEFT JOIN (SELECT date_trunc('month', o.ordered_on) AS m, sum(o.total * {rate}) AS revenue FROM sales_order o
                    WHERE o.customer = customer.id AND o.deleted_at IS NULL
                      AND (o.state IN ({{means:order:cancelled}})) IS NOT TRUE
                      AND o.ordered_on >= date_trunc('month', $2::date) - interval '23 months' AND o.ordered_on <= $2
                    GROUP BY 1) x ON x.m = month)"""
    children = listed(
        {"id": "k.id", "name": "k.name", "name_zh": "k.name_zh"},
        f"customer k WHERE k.parent = customer.id AND k.deleted_at IS NULL AND {CHILD}", "k.name",
    )  # fmt: skip
    return f"""
        SELECT customer.*, owner.name AS owner_name, team.name AS team_name, parent.name AS parent_name,
               banner.name AS blacklisted_by_name, f.stage, f.warning_level, f.key_account, f.segment, f.rank, f.score,
               to_jsonb(f) AS facts, {team} AS members, {follow_ups} AS follow_ups,
               {open_records} AS open_records, {opportunities} AS opportunities, {months} AS months,
               {children} AS children
        FROM customer JOIN customer_fact f ON f.customer = customer.id
        LEFT JOIN person owner ON owner.id = customer.owner LEFT JOIN team ON team.id = customer.team
        LEFT JOIN customer parent ON {PARENT}
        LEFT JOIN person banner ON banner.id = customer.blacklisted_by
        WHERE customer.id = $1 AND {alive()}
    """
