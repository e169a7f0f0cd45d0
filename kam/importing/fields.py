"""What a file may bring in: the fields of each kind of record; `headers.toml` has the column names we know them by."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from kam.language import N_

TEXT, DECIMAL, INTEGER, DATE, KEY, CODE = "text", "decimal", "integer", "date", "key", "code"

_HEADERS = tomllib.loads((Path(__file__).parent / "headers.toml").read_text(encoding="utf-8"))
_SHARED = "customer_of_record"


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` decides how a cell is read."""

    name: str
    title: str
    kind: str = TEXT
    required: bool = False
    length: int = 300


@dataclass(frozen=True, slots=True)
class FileKind:
    """`needs` lists sets of fields of which at least one must be mapped to a column."""

    name: str
    title: str
    fields: tuple[Field, ...]
    needs: tuple[frozenset[str], ...]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def headers(self, field: Field) -> tuple[str, ...]:
        """The names of columns that fill the field, the most telling first, as `mapping.plain` spells them."""
        return tuple(_HEADERS[self.name].get(field.name) or _HEADERS[_SHARED][field.name])


CUSTOMERS = FileKind(
    "customers",
    N_("Customers"),
    (
        Field("key", N_("Customer key"), KEY, length=120),
        Field("name", N_("Name"), required=True),
        Field("name_zh", N_("Chinese name")),
        Field("parent", N_("Parent company")),
        Field("industry", N_("Industry"), length=120),
        Field("employees", N_("Employees"), INTEGER),
        Field("country", N_("Country"), length=120),
        Field("region", N_("Region"), length=120),
        Field("city", N_("City"), length=120),
        Field("address", N_("Address"), length=2000),
        Field("website", N_("Website")),
        Field("phone", N_("Phone"), length=60),
        Field("email", N_("E-mail"), length=320),
        Field("source", N_("Source"), length=120),
        Field("tax_number", N_("Tax number"), length=60),
        Field("currency", N_("Currency"), CODE, length=3),
        Field("credit_limit", N_("Credit limit"), DECIMAL),
        Field("owner", N_("Owner")),
        Field("team", N_("Team")),
        Field("notes", N_("Notes"), length=20000),
    ),
    needs=(frozenset({"name"}),),
)

_CUSTOMER_OF_RECORD = (
    Field("customer", N_("Customer key or name"), KEY),
    Field("customer_name", N_("Customer name")),
)

ORDERS = FileKind(
    "orders",
    N_("Orders with lines"),
    (
        Field("number", N_("Order number"), KEY, required=True, length=60),
        *_CUSTOMER_OF_RECORD,
        Field("ordered_on", N_("Order date"), DATE, required=True),
        Field("product", N_("Product code"), KEY, length=60),
        Field("description", N_("Product name or description")),
        Field("family", N_("Product family"), length=120),
        Field("quantity", N_("Quantity"), DECIMAL),
        Field("unit", N_("Unit"), length=20),
        Field("unit_price", N_("Unit price"), DECIMAL),
        Field("amount", N_("Amount of the line"), DECIMAL),
        Field("unit_cost", N_("Unit cost"), DECIMAL),
        Field("profit", N_("Profit of the line"), DECIMAL),
        Field("currency", N_("Currency"), CODE, length=3),
        Field("channel", N_("Channel"), length=20),
        Field("country", N_("Country of a new customer"), length=120),
        Field("region", N_("Region of a new customer"), length=120),
    ),
    needs=(
        frozenset({"number"}),
        frozenset({"customer", "customer_name"}),
        frozenset({"ordered_on"}),
        frozenset({"amount", "unit_price"}),
    ),
)

OPPORTUNITIES = FileKind(
    "opportunities",
    N_("Opportunities"),
    (
        Field("key", N_("Opportunity key"), KEY, length=120),
        *_CUSTOMER_OF_RECORD,
        Field("name", N_("Name")),
        Field("product", N_("Product code or name")),
        Field("stage", N_("Stage"), length=40),
        Field("amount", N_("Amount"), DECIMAL),
        Field("currency", N_("Currency"), CODE, length=3),
        Field("probability", N_("Probability"), INTEGER),
        Field("engaged_on", N_("Engaged on"), DATE),
        Field("expected_on", N_("Expected on"), DATE),
        Field("closed_on", N_("Closed on"), DATE),
        Field("owner", N_("Owner")),
        Field("lost_reason", N_("Reason of the loss"), length=2000),
        Field("notes", N_("Notes"), length=20000),
    ),
    needs=(
        frozenset({"customer", "customer_name"}),
        frozenset({"key", "name"}),
    ),
)

PRODUCTS = FileKind(
    "products",
    N_("Products"),
    (
        Field("code", N_("Product code"), KEY, length=60),
        Field("name", N_("Name"), required=True),
        Field("name_zh", N_("Chinese name")),
        Field("family", N_("Product family"), length=120),
        Field("unit", N_("Unit"), length=20),
        Field("list_price", N_("List price"), DECIMAL),
        Field("cost", N_("Cost"), DECIMAL),
        Field("currency", N_("Currency"), CODE, length=3),
    ),
    needs=(frozenset({"name"}),),
)

KINDS = {kind.name: kind for kind in (CUSTOMERS, ORDERS, OPPORTUNITIES, PRODUCTS)}
