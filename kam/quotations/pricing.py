"""What a line does not say is the product's of today; a line that stood there before keeps the cost of its day."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.errors import Invalid
from kam.language import N_
from kam.records.rules import LARGEST_AMOUNT
from kam.sales import order_lines
from kam.sales.order_lines import Line

NOTHING = N_("Give a product or a description.")
TOO_LARGE = N_("The total is too large. Divide it into several.")
_NOBODY = UUID(int=0)


async def price(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The lines with names, units, prices, costs and amounts, and the sums of the whole. Raises Invalid."""
    rows = values["lines"]
    faults = {
        f"lines_{place}_description": NOTHING
        for place, row in enumerate(rows)
        if not row["product"] and not row["description"]
    }
    if faults:
        raise Invalid(faults)
    lines = [Line(Decimal(r["quantity"]), r["product"], r["description"], r["unit_price"], r["unit"]) for r in rows]
    stood = before.get("lines", ()) if before.get("currency") == values["currency"] else ()
    priced = await order_lines.price(_NOBODY, lines, values["currency"], stood)
    if any(abs(amount) >= LARGEST_AMOUNT for amount in (*priced.amounts, priced.total, priced.cost or Decimal(0))):
        raise Invalid({"lines": TOO_LARGE})
    return {"lines": [_line(row) for row in priced.rows], "total": priced.total, "cost": priced.cost}


def _line(row: tuple[Any, ...]) -> dict[str, Any]:
    _id, _order, _position, product, description, quantity, unit_price, cost, amount, unit = row
    return {
        "product": product,
        "description": description,
        "quantity": quantity,
        "unit": unit,
        "unit_price": unit_price,
        "unit_cost": cost,
        "amount": amount,
    }
