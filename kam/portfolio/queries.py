"""The customers of the portfolio, as a board, a matrix and a Pareto chart. `where` is the list's own filter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.engine import DB

CARDS_PER_STAGE = 40
DOTS = 400
BARS = 60

# What every view reads from; `customer`, `fact` and `owner` are the names that a list's filters use.
SOURCE = """
FROM customer
JOIN customer_fact fact ON fact.customer = customer.id
LEFT JOIN person owner ON owner.id = customer.owner
"""


@dataclass(frozen=True, slots=True)
class Card:
    """One customer on the board; `in_stage` counts all of its stage, also those that are not shown."""

    instance: UUID
    customer: UUID
    code: str
    name: str
    name_zh: str
    owner: str
    stage: str
    since: datetime
    revision: int
    warning_level: int
    revenue: Decimal
    currency: str
    score: Decimal | None
    key_account: bool
    in_stage: int


@dataclass(frozen=True, slots=True)
class Dot:
    customer: UUID
    name: str
    name_zh: str
    behaviour: float
    feeling: float
    warning_level: int
    revenue: Decimal
    currency: str
    share: float
    key_account: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """`share` and `together` are per cent of the whole, in the base currency; `group` is A, B or C."""

    customer: UUID
    name: str
    name_zh: str
    amount: Decimal
    share: Decimal
    together: Decimal
    group: str


@dataclass(frozen=True, slots=True)
class Pareto:
    """What all customers of the view make together, and how many of them are A and B."""

    total: Decimal
    customers: int
    a: int
    b: int


async def cards(where: str, values: list[Any]) -> list[Card]:
    """The highest scores of each stage."""
    rows = await DB.fetch(
        f"""
        SELECT * FROM (
            SELECT i.id AS instance, customer.id AS customer, customer.code, customer.name, customer.name_zh,
                   coalesce(owner.name, '') AS owner, i.state AS stage, i.entered_at AS since, i.revision,
                   fact.warning_level, fact.revenue_12m AS revenue, customer.currency, fact.score, fact.key_account,
                   count(*) OVER (PARTITION BY i.state) AS in_stage,
                   row_number() OVER (PARTITION BY i.state ORDER BY fact.score DESC NULLS LAST, customer.id) AS place
            {SOURCE}
            JOIN workflow_instance i ON i.subject = customer.id AND i.workflow = 'relationship'
            WHERE {where}
        ) board WHERE place <= {CARDS_PER_STAGE} ORDER BY stage, place
        """,
        *values,
    )
    return [Card(**{name: value for name, value in row.items() if name != "place"}) for row in rows]


async def dots(where: str, values: list[Any]) -> list[Dot]:
    """Those whose behaviour and feeling are both known, the largest first."""
    rows = await DB.fetch(
        f"""
        SELECT customer.id AS customer, customer.name, customer.name_zh, fact.behaviour_index::float AS behaviour,
               fact.feeling_index::float AS feeling, fact.warning_level, fact.revenue_12m AS revenue,
               customer.currency, coalesce(fact.share_of_revenue, 0)::float AS share, fact.key_account
        {SOURCE}
        WHERE {where} AND fact.behaviour_index IS NOT NULL AND fact.feeling_index IS NOT NULL
        ORDER BY fact.share_of_revenue DESC NULLS LAST, customer.id LIMIT {DOTS}
        """,
        *values,
    )
    return [Dot(**row) for row in rows]


async def bars(where: str, values: list[Any], measure: str, per_base: str) -> tuple[list[Bar], Pareto]:
    """The largest customers by `measure` (a money fact), compared in the base currency; and what all make together.

    `per_base` is SQL for what one unit of the base is worth in the customer's currency.
    """
    rows = await DB.fetch(
        f"""
        WITH amounts AS (
            SELECT customer.id AS customer, customer.name, customer.name_zh, fact.{measure} / {per_base} AS amount
            {SOURCE}
            WHERE {where} AND fact.{measure} IS NOT NULL
        ), shares AS (
            SELECT *, 100 * amount / total AS share, 100 * sum(amount) OVER largest / total AS together,
                   100 * (sum(amount) OVER largest - amount) / total AS before
            FROM amounts, (SELECT nullif(sum(amount), 0) AS total FROM amounts WHERE amount > 0) whole
            WINDOW largest AS (ORDER BY amount DESC, customer ROWS UNBOUNDED PRECEDING)
        ), groups AS (
            SELECT *, CASE WHEN amount <= 0 THEN 'C' WHEN before < 80 THEN 'A' WHEN before < 95 THEN 'B' ELSE 'C' END
                      AS "group" FROM shares
        )
        SELECT customer, name, name_zh, amount, coalesce(share, 0) AS share, coalesce(together, 0) AS together, "group",
               total, count(*) FILTER (WHERE "group" = 'A') OVER () AS a,
               count(*) FILTER (WHERE "group" = 'B') OVER () AS b, count(*) OVER () AS customers
        FROM groups ORDER BY amount DESC, customer LIMIT {BARS}
        """,
        *values,
    )
    shown = [Bar(*(row[name] for name in Bar.__slots__)) for row in rows]
    if not rows:
        return [], Pareto(Decimal(0), 0, 0, 0)
    first = rows[0]
    return shown, Pareto(first["total"] or Decimal(0), first["customers"], first["a"], first["b"])


async def without_position(where: str, values: list[Any]) -> int:
    """How many cannot be drawn in the matrix, because nobody has noted how they feel."""
    found: int = await DB.fetchval(
        f"SELECT count(*) {SOURCE} WHERE {where} AND (fact.feeling_index IS NULL OR fact.behaviour_index IS NULL)",
        *values,
    )
    return found
