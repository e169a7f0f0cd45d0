"""Choosing a product in a form, which fills in its price and unit. Products are everybody's, as their list is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request

from kam.database.searching import matches_product
from kam.database.sql import Params
from kam.facts.catalogue import current as facts
from kam.language import N_
from kam.records.pages import own
from kam.sales.kind import PRODUCT as PRODUCTS
from kam.web.choices import ChoiceOf

Asked = Request[Any, Any, Any]


def _filled_in(request: Asked, params: Params) -> Mapping[str, str]:
    """The list price of today, exchanged into the currency that `?currency=` names."""
    currency = f"{params(request.query_params.get('currency', '').replace(chr(0), '')[:3])}::text"
    rate = facts().currencies.sql("product.currency", currency)
    return {"unit_price": f"trim_scale(round(product.list_price * {rate}, 4))::text", "unit": "product.unit"}


PRODUCT = ChoiceOf(
    PRODUCTS.sql_table, key="product.code", shown="product.code || ' · ' || product.name",
    names=("product.name", "product.name_zh"), search=matches_product,
    scope=lambda viewer, params: "product.deleted_at IS NULL", offered="product.active",
    detail="product.family", fills=_filled_in,
    nobody=N_("There is no product of this code or name. Type its code, or a part of its name."),
    several=N_("Several products match this. Type the code, or choose one of those proposed."),
)  # fmt: skip


own.use(PRODUCTS, own.Own(choice=PRODUCT))
