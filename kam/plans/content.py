"""Everything that a plan says at one moment, as plain values: what is frozen, compared and printed.

Numbers stand as text and dates in ISO form, so that the same content always gives the same hash, also after the
database has kept it as JSON. Titles of facts are kept beside their values: a version stays readable when the
vocabulary has moved on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.facts.catalogue import current
from kam.facts.declare import Fact
from kam.orders.kind import ORDER
from kam.plans import measuring, queries
from kam.plans.sections import ALL
from kam.records.recording import plain
from kam.workflow.definition import CANCELLED
from kam.workflow.meanings import states_that_mean

FORMAT = 1
Content = Mapping[str, Any]

# What a board wants to see of a customer on one page, in this order, as far as it is known.
KEY_FIGURES = (
    "revenue_12m", "revenue_trend", "margin_12m", "margin_rate", "contribution_12m", "share_of_revenue", "orders_12m",
    "average_order", "open_opportunity_amount", "days_since_contact", "visits_12m", "feeling_index", "open_cases",
    "open_complaints",
)  # fmt: skip


async def of_plan(plan: UUID, *, as_of: date) -> dict[str, Any]:
    """The content as it stands, with the customer's facts at `as_of`."""
    head = await _head(plan)
    facts = await measuring.values(head["customer"], as_of=as_of)
    written = await queries.sections(plan)
    return {
        "format": FORMAT,
        "as_of": as_of.isoformat(),
        "plan": {name: plain(head[name]) for name in ("title", "period_start", "period_end", "currency", "budget")}
        | {"id": str(plan), "author": head["author_name"], "editors": await _editors(plan)},
        "customer": {name: plain(head[f"customer_{name}"]) for name in _CUSTOMER},
        "sections": {section.key: written[section.key]["text"] for section in ALL if section.key in written},
        "figures": _figures(facts),
        "facts": {name: plain(value) for name, value in sorted(facts.items())},
        "revenue": await _revenue(plan, as_of),
        "objectives": await _objectives(plan, facts, head["period_start"], as_of),
        "initiatives": await _initiatives(plan),
        "risks": [_only(risk, *_RISK) for risk in await queries.risks(plan)],
        "team": [_only(one, "name", "position", "job", "since") for one in await queries.team(head["customer"])],
        "contacts": await _contacts(head["customer"]),
    }


def canonical(content: Content) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def fingerprint(content: Content) -> str:
    """SHA-256 over the canonical form, in hex."""
    return hashlib.sha256(canonical(content)).hexdigest()


_RISK = ("title", "likelihood", "impact", "response", "owner_name")
_CUSTOMER = ("code", "name", "name_zh", "industry", "country", "region", "city", "employees")


async def _head(plan: UUID) -> queries.Row:
    columns = ", ".join(f"customer.{name} AS customer_{name}" for name in _CUSTOMER)
    row: queries.Row | None = await DB.fetchrow(
        f"""
        SELECT plan.*, author.name AS author_name, {columns}
        FROM plan JOIN customer ON customer.id = plan.customer JOIN person author ON author.id = plan.author
        WHERE plan.id = $1
        """,
        plan,
    )
    assert row is not None
    return row


async def _editors(plan: UUID) -> list[str]:
    rows = await DB.fetch(
        "SELECT person.name FROM plan_editor JOIN person ON person.id = plan_editor.person WHERE plan = $1 ORDER BY 1",
        plan,
    )
    return [row["name"] for row in rows]


def _figures(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = current().customer_facts
    return [
        _fact(known[name]) | {"value": plain(facts[name])}
        for name in KEY_FIGURES
        if name in known and facts.get(name) is not None
    ]


def _fact(fact: Fact) -> dict[str, Any]:
    return {"fact": fact.name, "fact_title": fact.title, "unit": fact.unit}


async def _revenue(plan: UUID, as_of: date) -> list[dict[str, Any]]:
    """Twelve full months before `as_of`, in the plan's currency."""
    rate = current().currencies.sql("o.currency", "plan.currency")
    counts = f"(o.state IN ({states_that_mean(ORDER.workflow, CANCELLED)})) IS NOT TRUE"
    rows = await DB.fetch(
        f"""
        SELECT to_char(month, 'YYYY-MM') AS month, round(coalesce(sum(o.total * {rate}), 0), 2) AS amount
        FROM plan
        CROSS JOIN generate_series(date_trunc('month', $2::date) - interval '12 months',
                                   date_trunc('month', $2::date) - interval '1 month', interval '1 month') month
        LEFT JOIN sales_order o ON o.customer = plan.customer AND o.deleted_at IS NULL AND {counts}
             AND o.ordered_on >= month AND o.ordered_on < month + interval '1 month'
        WHERE plan.id = $1 GROUP BY month ORDER BY month
        """,
        plan,
        as_of,
    )
    return [{"month": row["month"], "amount": str(row["amount"])} for row in rows]


async def _objectives(plan: UUID, facts: Mapping[str, Any], start: date, as_of: date) -> list[dict[str, Any]]:
    known = measuring.measures()
    found = []
    for objective in await queries.objectives(plan):
        measured = measuring.measure(objective, facts, known, start=start, as_of=as_of)
        titles = _fact(measured.fact) if measured.fact else {"fact": objective["fact"], "fact_title": "", "unit": ""}
        numbers = {"current": plain(measured.current), "progress": measured.progress}
        found.append(_only(objective, "title", "baseline", "target", "due_on") | titles | numbers)
    return found


async def _initiatives(plan: UUID) -> list[dict[str, Any]]:
    return [
        _only(initiative, "title", "strategy", "objective_title")
        | {"actions": [_only(action, "title", "owner_name", "due_on", "done_at") for action in initiative["actions"]]}
        for initiative in await queries.initiatives(plan)
    ]


async def _contacts(customer: UUID) -> list[dict[str, Any]]:
    """The customer's people, the most influential first."""
    rows = await DB.fetch(
        """
        SELECT contact.name, contact.name_zh, role.job, role.influence, role.stance, coverer.name AS covered_by
        FROM contact_role role JOIN contact ON contact.id = role.contact
        LEFT JOIN person coverer ON coverer.id = role.owner
        WHERE role.customer = $1 AND role.deleted_at IS NULL
        ORDER BY role.influence DESC, contact.name LIMIT 20
        """,
        customer,
    )
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def _only(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: plain(_exact(row[name])) for name in names}


def _exact(value: Any) -> Any:
    """Numbers without trailing zeros of the column, so that 5 and 5.00 are the same content."""
    return value.quantize(Decimal("0.01")) if isinstance(value, Decimal) else value
