"""The lines of what is quoted or ordered: what may be said of one, and what they come to.

What a line does not say is the product's of today; a line that stood there before keeps the cost of its day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.catalogue import current as facts
from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.rules import LARGEST_AMOUNT, WITHOUT_CENTS, Rules

NOTHING = N_("Give a product or a description.")
NO_QUANTITY = N_("The quantity cannot be zero.")
TOO_LARGE = N_("The total is too large. Divide it into several.")
GONE = N_("A product is not known any more. Choose another one.")

FIELDS = (
    Field(name="product", title=N_("Product"), type=f.RECORD, of="product"),
    Field(name="description", title=N_("Description"), help=N_("Empty for the name of the product.")),
    Field(name="quantity", title=N_("Quantity"), type=f.NUMBER, required=True, usual=1, digits=4),
    Field(name="unit", title=N_("Unit"), length=20),
    Field(
        name="unit_price",
        title=N_("Unit price"),
        type=f.NUMBER,
        digits=4,
        help=N_("Empty for the list price of the product."),
    ),
    Field(name="unit_cost", title=N_("Unit cost"), type=f.NUMBER, digits=4, reckoned=True, protect="see_costs"),
    Field(name="amount", title=N_("Amount"), type=f.NUMBER, reckoned=True),
)
RULES = Rules({"quantity": (lambda quantity: round(quantity, 4) != 0, NO_QUANTITY)})
_SAID = ("product", "description", "quantity", "unit", "unit_price")

Row = Mapping[str, Any]
Costs = Mapping[tuple[UUID | None, str], Decimal | None]  # by product and description


def said(rows: Sequence[Row], *, times: int = 1) -> list[dict[str, Any]]:
    """What these lines say, for others like them; with `times=-1` the goods go back."""
    return [{**{name: row[name] for name in _SAID}, "quantity": row["quantity"] * times} for row in rows]


async def price(values: Row, before: Row) -> dict[str, Any]:
    """The lines with names, units, prices, costs and amounts, and the sums of the whole; nothing where neither they nor
    the currency change. Raises Invalid."""
    rows, currency = values["lines"], values["currency"]
    same = before.get("currency") == currency
    if same and rows == before["lines"]:
        return {}
    _require_something(rows)
    known = await _products([row["product"] for row in rows if row["product"]], currency)
    costs = {(row["product"], row["description"]): row["unit_cost"] for row in (before["lines"] if same else ())}
    cent = Decimal(1) if currency in WITHOUT_CENTS else Decimal("0.01")
    lines = [_priced(row, known, costs, cent) for row in rows]
    total, cost = sum((line["amount"] for line in lines), Decimal(0)), _cost(lines, cent)
    if any(abs(amount) >= LARGEST_AMOUNT for amount in (*(line["amount"] for line in lines), total, cost or 0)):
        raise Invalid({"lines": TOO_LARGE})
    return {"lines": lines, "total": total, "cost": cost}


def _require_something(rows: Sequence[Row]) -> None:
    faults = {}
    for place, row in enumerate(rows):
        if not row["product"] and not row["description"]:
            faults[f"lines_{place}_description"] = NOTHING
        if fault := RULES.fault("quantity", row["quantity"]):
            faults[f"lines_{place}_quantity"] = fault
    if faults:
        raise Invalid(faults)


async def _products(keys: Sequence[UUID], currency: str) -> dict[UUID, Row]:
    """Names, prices and costs of products, exchanged into the currency of the lines."""
    rate = facts().currencies.sql("currency", "$2")
    rows = await DB.fetch(
        f"""
        SELECT id, name, unit, round(list_price * rate, 4) AS list_price, round(cost * rate, 4) AS cost
        FROM (SELECT *, {rate} AS rate FROM product WHERE id = ANY($1)) p
        """,
        keys,
        currency,
    )
    return {row["id"]: row for row in rows}


def _priced(row: Row, known: Mapping[UUID, Row], costs: Costs, cent: Decimal) -> dict[str, Any]:
    if row["product"] and row["product"] not in known:
        raise Invalid({"lines": GONE})
    product = known.get(row["product"]) if row["product"] else None
    quantity, price = Decimal(row["quantity"]), row["unit_price"]
    if price is None:
        price = (product["list_price"] if product else None) or Decimal(0)
    description = row["description"] or (product["name"] if product else "")
    return {
        "product": row["product"],
        "description": description,
        "quantity": quantity,
        "unit": row["unit"] or (product["unit"] if product else ""),
        "unit_price": price,
        "unit_cost": costs.get((row["product"], description), product["cost"] if product else None),
        "amount": (quantity * price).quantize(cent, ROUND_HALF_UP),
    }


def _cost(lines: Sequence[Row], cent: Decimal) -> Decimal | None:
    """Not known unless that of every line is."""
    if any(line["unit_cost"] is None for line in lines):
        return None
    spent = sum((line["quantity"] * line["unit_cost"] for line in lines), Decimal(0))
    return spent.quantize(cent, ROUND_HALF_UP)
