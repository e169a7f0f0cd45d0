"""The products we sell: adding and changing them. An order keeps the price and cost of its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.database.sql import Params
from kam.database.uniqueness import once
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import recording
from kam.sales import queries
from kam.sales.fields import PRODUCT

FIELDS = ("code", "name", "name_zh", "family", "unit", "list_price", "cost", "currency", "active")
CODE_TAKEN = N_("Another product has this code.")
ONE_CODE = {"product_code_key": ("code", CODE_TAKEN)}


async def add(values: Mapping[str, Any], *, by: Viewer, now: datetime) -> UUID:
    """The id of the new product. Raises Invalid if the code is taken."""
    by.require("write_sales")
    row: dict[str, Any] = {"name_zh": "", "family": "", "unit": "", "currency": "EUR", "active": True, **_known(values)}
    with once(ONE_CODE):
        async with DB.transaction():
            await _require_free(row["code"], None)
            product = new_id()
            params = Params(product)
            places = ", ".join(params(value) for value in row.values())
            await DB.execute(f"INSERT INTO product (id, {', '.join(row)}) VALUES ($1, {places})", *params.values)
            await recording.record(
                "product", product, recording.CREATED, by=by.id, at=now, changes={"name": [None, row["name"]]}
            )
    return product


async def change_product(product: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime) -> None:
    by.require("write_sales")
    with once(ONE_CODE):
        async with DB.transaction():
            before = await queries.product(product, lock=True)
            known = _known({name: before[name] for name in ("code", "name")} | dict(values))
            await _require_free(known["code"], product)
            differences = recording.differences(before, known)
            if not differences:
                return
            params = Params(product)
            columns = ", ".join(f"{name} = {params(known[name])}" for name in differences)
            await DB.execute(f"UPDATE product SET {columns} WHERE id = $1", *params.values)
            await recording.record("product", product, recording.CHANGED, by=by.id, at=now, changes=differences)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in values.items() if name in FIELDS}
    PRODUCT.check({"code": "", "name": "", **known})
    return known


async def _require_free(code: str, own: UUID | None) -> None:
    if await DB.fetchval("SELECT 1 FROM product WHERE code = $1 AND id IS DISTINCT FROM $2", code, own):
        raise Invalid({"code": CODE_TAKEN})
