"""Products: the list, adding and changing one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.database.searching import matches_product
from kam.errors import Invalid
from kam.language import N_
from kam.records.rules import CURRENCIES
from kam.sales import cataloguing, queries
from kam.web.forms import Form
from kam.web.lists import Column, Filter, ListOf
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]

PRODUCTS = ListOf(
    name="products", title=N_("Products"), source="product", key="product.id", scope=lambda viewer, params: "TRUE",
    columns=(
        Column("name", N_("Product"), "product.name", main=True, link="/products/{id}/edit", under="name_zh", nullable=False),  # noqa: E501
        Column("code", N_("Code"), "product.code", nullable=False),
        Column("family", N_("Family"), "product.family"),
        Column("list_price", N_("List price"), "product.list_price", kind="money", currency="currency"),
        Column("unit", N_("Unit"), "product.unit"),
        Column("cost", N_("Cost"), "product.cost", kind="money", currency="currency"),
        Column("active", N_("Sold"), "product.active", kind="yes_no"),
    ),
    extras={"currency": "product.currency", "name_zh": "product.name_zh"},
    filters=(
        Filter("family", N_("Family"), "product.family", kind="text"),
        Filter("list_price", N_("List price"), "product.list_price", kind="number"),
        Filter("active", N_("Sold"), "product.active", kind="yes_no"),
    ),
    search=lambda text, params: matches_product(params, text), sort="name",
)  # fmt: skip


@get("/products")
async def index(request: Asked) -> Response[Any]:
    return await PRODUCTS.respond(request, "sales/products.html")


@get("/products/new")
async def blank(request: Asked) -> Response[Any]:
    request.user.require("write_sales")
    return _form(request, Form.of({"currency": "EUR", "active": True}), "/products")


@post("/products")
async def create(request: Asked) -> Response[Any]:
    request.user.require("write_sales")
    form = await Form.read(request)
    try:
        values = _values(form)
        form.valid()
        await cataloguing.add(values, by=request.user, now=now())
    except Invalid as invalid:
        return _form(request, form.refused(invalid), "/products", status=422)
    return redirect("/products", flash=("success", N_("The product was added.")))


@get("/products/{product:uuid}/edit")
async def edit(request: Asked, product: UUID) -> Response[Any]:
    record = await queries.product(product)
    return _form(request, Form.of(record), f"/products/{product}", record=record)


@post("/products/{product:uuid}")
async def change(request: Asked, product: UUID) -> Response[Any]:
    request.user.require("write_sales")
    record = await queries.product(product)
    form = (await Form.read(request)).over(Form.of(record))
    try:
        values = form.news(_values(form))
        form.valid()
        await cataloguing.change_product(product, values, by=request.user, now=now())
    except Invalid as invalid:
        return _form(request, form.refused(invalid), f"/products/{product}", record=record, status=422)
    return redirect("/products", flash=("success", N_("The product was changed.")))


def _form(request: Asked, form: Form, action: str, *, record: Any = None, status: int = 200) -> Response[Any]:
    return page(
        request, "sales/product_form.html", status=status, form=form, action=action, product=record,
        may_write=request.user.may("write_sales"), currencies=[(code, code) for code in CURRENCIES])  # fmt: skip


def _values(form: Form) -> dict[str, Any]:
    return {
        "code": form.text("code", required=True, max=60), "name": form.text("name", required=True, max=300),
        "name_zh": form.text("name_zh", max=300), "family": form.text("family", max=120),
        "unit": form.text("unit", max=20),
        "list_price": form.decimal("list_price", min=0, digits=4), "cost": form.decimal("cost", min=0, digits=4),
        "currency": form.choice("currency", CURRENCIES, required=True), "active": form.yes("active"),
    }  # fmt: skip


ROUTES = [index, blank, create, edit, change]
