"""The lines of an order as its form holds them: one field of each kind for every line, by their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.language import N_
from kam.people.viewer import Viewer
from kam.sales.order_lines import Line
from kam.sales.pages.choosing import PRODUCT
from kam.sales.queries import Row
from kam.web.forms import Form
from kam.web.unchanged import line as returned

FIELDS = ("line_product", "line_description", "line_quantity", "line_unit", "line_price")
COLUMNS = ("product", "description", "quantity", "unit", "unit_price")


def fill(form: Form, lines: Sequence[Row]) -> None:
    for line in lines:
        for name, column in zip(FIELDS, COLUMNS, strict=True):
            form.values.setdefault(name, []).append(_plain(line[column]))


def typed(form: Form) -> list[list[str]]:
    """For each line the texts of its fields."""
    count = max((len(form.chosen(name)) for name in FIELDS), default=0)
    return [[_at(form.chosen(name), place) for name in FIELDS] for place in range(count)]


def said(form: Form) -> list[list[str]]:
    """The same as they come back from a page, without the lines that say nothing."""
    return [[returned(text) for text in texts] for texts in typed(form) if any(texts)]


def told(lines: Sequence[Row]) -> str:
    return "; ".join(f"{_plain(row['quantity'])} × {row['description'] or row['product_name']}" for row in lines)


async def read(form: Form, viewer: Viewer) -> list[Line]:
    """The lines that say anything. A fault stands at its field, `line_quantity_2` for that of the third line."""
    products = await PRODUCT.all_meant((text.strip() for text in form.chosen("line_product")), viewer)
    return [
        _line(form, place, [text.strip() for text in texts], products)
        for place, texts in enumerate(typed(form))
        if any(texts[:2]) or texts[-1]
    ]


def _line(form: Form, place: int, texts: list[str], products: Mapping[str, UUID | str]) -> Line:
    one = Form.of(dict(zip(FIELDS, texts, strict=True)))
    product, quantity = products.get(texts[0]), one.decimal("line_quantity", digits=4) if texts[2] else Decimal(1)
    line = Line(
        quantity or Decimal(0), product if isinstance(product, UUID) else None, one.text("line_description", max=300),
        one.decimal("line_price", digits=4), one.text("line_unit", max=20),
    )  # fmt: skip
    if isinstance(product, str):
        one.fault("line_product", product)
    if quantity == 0:
        one.fault("line_quantity", N_("The quantity cannot be zero."))
    for name, fault in one.errors.items():
        form.fault(f"{name}_{place}", N_("Line %(number)s: %(fault)s"), number=place + 1, fault=fault)
    return line


def _at(texts: Sequence[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
