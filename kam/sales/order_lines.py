"""The lines of an order: written as a set, with prices and costs of the day in the currency of the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.catalogue import current as facts
from kam.language import N_

_CENT = Decimal("0.01")

Costs = Mapping[tuple[UUID | None, str], Decimal]  # by product and description


@dataclass(frozen=True, slots=True)
class Line:
    """A product or a description, or both; without a price of its own the product's list price holds."""

    quantity: Decimal
    product: UUID | None = None
    description: str = ""
    unit_price: Decimal | None = None


_INSERT_LINE = """
INSERT INTO sales_order_line (id, sales_order, position, product, description, quantity, unit_price, unit_cost, amount)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def write_lines(order: UUID, lines: Sequence[Line], currency: str, costs: Costs | None = None) -> Decimal:
    """Writes the lines and the sums; prices and costs not given are the product's of today. Answers the total."""
    known = await _products([line.product for line in lines if line.product], currency)
    rows = [_row(order, position, line, known, costs or {}) for position, line in enumerate(lines, start=1)]
    await DB.execute_many(_INSERT_LINE, rows)
    total = await DB.fetchval(
        """
        UPDATE sales_order SET total = s.total, cost = s.cost FROM (
            SELECT sum(amount) AS total,
                   CASE WHEN bool_and(unit_cost IS NOT NULL) THEN round(sum(quantity * unit_cost), 2) END AS cost
            FROM sales_order_line WHERE sales_order = $1) s WHERE id = $1 RETURNING sales_order.total
        """,
        order,
    )
    return Decimal(total)


async def costs_of_their_day(order: UUID) -> dict[tuple[UUID | None, str], Decimal]:
    """What the lines cost when they were written: a change of the order does not make them cost what is usual then."""
    rows = await DB.fetch(
        "SELECT product, description, unit_cost FROM sales_order_line WHERE sales_order = $1 AND unit_cost IS NOT NULL",
        order,
    )
    return {(row["product"], row["description"]): row["unit_cost"] for row in rows}


async def _products(keys: Sequence[UUID], currency: str) -> dict[UUID, Mapping[str, Any]]:
    """Names, prices and costs of products, exchanged into the currency of the order."""
    rate = facts().currencies.sql("currency", "$2")
    rows = await DB.fetch(
        f"""
        SELECT id, name, round(list_price * rate, 4) AS list_price, round(cost * rate, 4) AS cost
        FROM (SELECT *, {rate} AS rate FROM product WHERE id = ANY($1)) p
        """,
        keys, currency,
    )  # fmt: skip
    return {row["id"]: row for row in rows}


def _row(order: UUID, position: int, line: Line, known: Mapping[UUID, Any], costs: Costs) -> tuple[Any, ...]:
    if line.product is not None and line.product not in known:
        raise Invalid({"lines": N_("A product is not known any more. Choose another one.")})
    product = known.get(line.product) if line.product else None
    usual = (product["list_price"] if product else None) or Decimal(0)
    price = line.unit_price if line.unit_price is not None else usual
    description = (line.description or (product["name"] if product else ""))[:300]
    amount = (line.quantity * price).quantize(_CENT, ROUND_HALF_UP)
    cost = costs.get((line.product, description), product["cost"] if product else None)
    return new_id(), order, position, line.product, description, line.quantity, price, cost, amount
