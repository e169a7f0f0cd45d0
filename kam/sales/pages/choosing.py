"""Choosing a product in a form, or an order of a customer. Products are everybody's, as their list is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, get

from kam.customers.pages.choosing import of_customer
from kam.customers.pages.differing import overtaken
from kam.customers.pages.index import sees
from kam.database.searching import matches, matches_product
from kam.database.sql import Params
from kam.facts.catalogue import current as facts
from kam.language import N_
from kam.people.pages.choosing import PERSON
from kam.people.viewer import Viewer
from kam.records.pages import own
from kam.sales.kind import PRODUCT as PRODUCTS
from kam.web.choices import ChoiceOf
from kam.web.forms import Form

Asked = Request[Any, Any, Any]


def _filled_in(request: Asked, params: Params) -> Mapping[str, str]:
    """The list price of today, exchanged into the currency that `?currency=` names."""
    currency = f"{params(request.query_params.get('currency', '').replace(chr(0), '')[:3])}::text"
    rate = facts().currencies.sql("product.currency", currency)
    return {"price": f"trim_scale(round(product.list_price * {rate}, 4))::text", "unit": "product.unit"}


PRODUCT = ChoiceOf(
    PRODUCTS.sql_table, key="product.code", shown="product.code || ' · ' || product.name",
    names=("product.name", "product.name_zh"), search=matches_product,
    scope=lambda viewer, params: "product.deleted_at IS NULL", offered="product.active",
    detail="product.family", fills=_filled_in,
    nobody=N_("There is no product of this code or name. Type its code, or a part of its name."),
    several=N_("Several products match this. Type the code, or choose one of those proposed."),
)  # fmt: skip


own.use(PRODUCTS, own.Own(choice=PRODUCT))


def orders_of(customer: UUID) -> ChoiceOf:
    """An order of this customer by its number, and by its day where two systems use the same number."""
    day = "to_char(sales_order.ordered_on, 'YYYY-MM-DD')"
    here = "EXISTS (SELECT FROM customer WHERE customer.id = sales_order.customer AND customer.deleted_at IS NULL"
    return ChoiceOf(
        "sales_order", key="sales_order.number", shown=f"sales_order.number || ' · ' || {day}",
        names=("sales_order.number",), offered="sales_order.deleted_at IS NULL", order="sales_order.ordered_on DESC",
        search=lambda params, text: matches(params, text, "sales_order.number", day),
        detail=f"{day} || ' · ' || sales_order.currency || ' ' || round(sales_order.total, 2)",
        scope=lambda viewer, params: (
            f"{here} AND sales_order.customer = {params(customer)} AND {sees(viewer, params)})"
        ),
        nobody=N_("This customer has no order of this number."),
        several=N_("Several orders of this customer match this. Choose one of those proposed."),
    )  # fmt: skip


async def overtaken_by(kind: str, form: Form, record: Any, viewer: Viewer) -> list[tuple[str, str]]:
    """What stands in a record with a product and an owner now, where it differs from a form that came too late."""
    stands = await PRODUCT.write(Form.of(record), viewer, "product")
    return overtaken(kind, form, stands, await PERSON.shown_for(stands.chosen("owner"), viewer))


@get("/orders/choices")
async def proposed_orders(request: Asked) -> dict[str, Any]:
    return await of_customer(request, orders_of)


ROUTES = [proposed_orders]
