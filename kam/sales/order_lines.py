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
from kam.sales.queries import Row

_CENT = Decimal("0.01")

_QUANTITY, _COST, _AMOUNT = 5, 7, 8  # places in a row of `_INSERT_LINE`

Costs = Mapping[tuple[UUID | None, str], Decimal | None]  # by product and description


@dataclass(frozen=True, slots=True)
class Line:
    """A product or a description, or both; without a price or a unit of its own the product's holds."""

    quantity: Decimal
    product: UUID | None = None
    description: str = ""
    unit_price: Decimal | None = None
    unit: str = ""


_INSERT_LINE = """
INSERT INTO sales_order_line (id, sales_order, position, product, description, quantity, unit_price, unit_cost, amount,
                              unit)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


@dataclass(frozen=True, slots=True)
class Priced:
    """Lines with their prices and costs, ready to be written, and what the order comes to."""

    rows: list[tuple[Any, ...]]
    total: Decimal
    cost: Decimal | None

    @property
    def amounts(self) -> list[Decimal]:
        return [row[_AMOUNT] for row in self.rows]

    async def write(self) -> None:
        await DB.execute_many(_INSERT_LINE, self.rows)


async def price(order: UUID, lines: Sequence[Line], currency: str, before: Sequence[Row] = ()) -> Priced:
    """What is not given is the product's of today; a line that stood in the order before keeps the cost of its day."""
    known = await _products([line.product for line in lines if line.product], currency)
    costs = {(row["product"], row["description"]): row["unit_cost"] for row in before}
    rows = [_row(order, position, line, known, costs) for position, line in enumerate(lines, start=1)]
    spent = [row[_QUANTITY] * row[_COST] if row[_COST] is not None else None for row in rows]
    known_costs = [cost for cost in spent if cost is not None]
    cost = _cents(sum(known_costs, Decimal(0))) if len(known_costs) == len(rows) else None
    return Priced(rows, sum((row[_AMOUNT] for row in rows), Decimal(0)), cost)


def same(lines: Sequence[Line], before: Sequence[Row]) -> bool:
    """Whether the order's lines stay as they are, as when only its status changes."""
    return len(lines) == len(before) and all(
        line.product == row["product"]
        and (line.description or row["product_name"]) == row["description"]
        and line.quantity == row["quantity"]
        and line.unit_price == row["unit_price"]
        and line.unit in ("", row["unit"])
        for line, row in zip(lines, before, strict=True)
    )


async def _products(keys: Sequence[UUID], currency: str) -> dict[UUID, Row]:
    """Names, prices and costs of products, exchanged into the currency of the order."""
    rate = facts().currencies.sql("currency", "$2")
    rows = await DB.fetch(
        f"""
        SELECT id, name, unit, round(list_price * rate, 4) AS list_price, round(cost * rate, 4) AS cost
        FROM (SELECT *, {rate} AS rate FROM product WHERE id = ANY($1)) p
        """,
        keys, currency,
    )  # fmt: skip
    return {row["id"]: row for row in rows}


def _row(order: UUID, position: int, line: Line, known: Mapping[UUID, Row], costs: Costs) -> tuple[Any, ...]:
    if line.product is not None and line.product not in known:
        raise Invalid({"lines": N_("A product is not known any more. Choose another one.")})
    product = known.get(line.product) if line.product else None
    usual = (product["list_price"] if product else None) or Decimal(0)
    unit_price = line.unit_price if line.unit_price is not None else usual
    description = (line.description or (product["name"] if product else ""))[:300]
    cost = costs.get((line.product, description), product["cost"] if product else None)
    amount = _cents(line.quantity * unit_price)
    unit = line.unit or (product["unit"] if product else "")
    return new_id(), order, position, line.product, description, line.quantity, unit_price, cost, amount, unit


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)
