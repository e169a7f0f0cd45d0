"""What a file may bring in: the fields of each kind of record; `headers.toml` has the column names we know them by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kam.customers.kind import CUSTOMER
from kam.language import N_
from kam.orders.kind import LINES, ORDER
from kam.records import judging
from kam.records.fields import TEXTS
from kam.records.fields import Field as RecordField
from kam.records.kind import Kind
from kam.records.parts import Parts
from kam.records.rules import Rules
from kam.sales import lines
from kam.sales.kind import OPPORTUNITY, PRODUCT

TEXT, DECIMAL, INTEGER, DATE, KEY, CODE, WEB = "text", "decimal", "integer", "date", "key", "code", "web"

_HEADERS = tomllib.loads((Path(__file__).parent / "headers.toml").read_text(encoding="utf-8"))
_SHARED = "customer_of_record"


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` decides how a cell is read, `judged` what is taken: as the field of a record whose form refuses the same,
    or of its parts; what those refuse by a rule beside their fields, `rules` do.

    `length` is for a field without rules that holds something's name or key.
    """

    name: str
    title: str
    kind: str = TEXT
    required: bool = False
    length: int = 20_000
    rules: Rules | None = None
    rule: str = ""
    judged: RecordField | None = None

    def fault(self, value: Any) -> str:
        """The sentence for a value that the form refuses, or nothing."""
        if self.judged:
            return judging.fault(self.judged, value)
        return self.rules.fault(self.rule or self.name, value) if self.rules else ""

    def longest(self) -> int:
        if self.judged and self.judged.type in TEXTS:
            return self.judged.longest
        return self.rules.lengths.get(self.rule or self.name, self.length) if self.rules else self.length


def _in(kind: Kind | Parts, *fields: Field) -> tuple[Field, ...]:
    """The fields judged as those of the kind or of its parts, except those that it does not have."""
    known = {one.name: one for one in kind.fields}
    return tuple(replace(field, judged=known.get(field.rule or field.name)) for field in fields)


@dataclass(frozen=True, slots=True)
class FileKind:
    """`needs` lists sets of fields of which at least one must be mapped to a column. `names` are the names of columns
    by field, where they do not stand in `headers.toml`.
    Where it `makes_customers`, those that are missing can be made. Where several rows are one record that comes in
    `whole` or not at all, a row that cannot be taken is still told apart from those of other records."""

    name: str
    title: str
    fields: tuple[Field, ...]
    needs: tuple[frozenset[str], ...]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    makes_customers: bool = False
    whole: bool = False

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)

    def headers(self, field: Field) -> tuple[str, ...]:
        """The names of columns that fill the field, the most telling first, as `mapping.plain` spells them."""
        return self.names.get(field.name) or tuple(
            _HEADERS.get(self.name, {}).get(field.name) or _HEADERS[_SHARED][field.name]
        )


CUSTOMERS = FileKind(
    "customers",
    N_("Customers"),
    _in(
        CUSTOMER,
        Field("key", N_("Customer key"), KEY, rule="external_key"),
        Field("name", N_("Name"), required=True),
        Field("name_zh", N_("Chinese name")),
        Field("parent", N_("Parent company")),
        Field("industry", N_("Industry")),
        Field("employees", N_("Employees"), INTEGER),
        Field("country", N_("Country")),
        Field("region", N_("Region")),
        Field("city", N_("City")),
        Field("address", N_("Address")),
        Field("website", N_("Website"), WEB),
        Field("phone", N_("Phone")),
        Field("email", N_("E-mail")),
        Field("source", N_("Source")),
        Field("tax_number", N_("Tax number")),
        Field("currency", N_("Currency"), CODE),
        Field("credit_limit", N_("Credit limit"), DECIMAL),
        Field("owner", N_("Owner")),
        Field("team", N_("Team")),
        Field("notes", N_("Notes")),
    ),
    needs=(frozenset({"name"}),),
)

CUSTOMER_OF_RECORD = _in(
    CUSTOMER,
    Field("customer", N_("Customer key or name"), KEY, rule="name"),
    Field("customer_name", N_("Customer name"), rule="name"),
)

ORDERS = FileKind(
    "orders",
    N_("Orders with lines"),
    (
        *_in(ORDER, Field("number", N_("Order number"), KEY, required=True)),
        *CUSTOMER_OF_RECORD,
        Field("ordered_on", N_("Order date"), DATE, required=True),
        *_in(PRODUCT, Field("product", N_("Product code"), KEY, rule="code")),
        *_in(LINES, Field("description", N_("Product name or description"))),
        *_in(PRODUCT, Field("family", N_("Product family"))),
        Field("quantity", N_("Quantity"), DECIMAL, rules=lines.RULES),
        *_in(
            LINES,
            Field("unit", N_("Unit")),
            Field("unit_price", N_("Unit price"), DECIMAL),
            Field("amount", N_("Amount of the line"), DECIMAL),
            Field("unit_cost", N_("Unit cost"), DECIMAL),
            Field("profit", N_("Profit of the line"), DECIMAL),
        ),
        *_in(ORDER, Field("currency", N_("Currency"), CODE)),
        Field("channel", N_("Channel"), length=300),
        *_in(
            CUSTOMER,
            Field("country", N_("Country of a new customer")),
            Field("region", N_("Region of a new customer")),
        ),
    ),
    needs=(
        frozenset({"number"}),
        frozenset({"customer", "customer_name"}),
        frozenset({"ordered_on"}),
        frozenset({"amount", "unit_price"}),
    ),
    makes_customers=True,
)

OPPORTUNITIES = FileKind(
    "opportunities",
    N_("Opportunities"),
    (
        Field("key", N_("Opportunity key"), KEY, length=120),
        *CUSTOMER_OF_RECORD,
        *_in(OPPORTUNITY, Field("name", N_("Name"))),
        Field("product", N_("Product code or name"), length=300),
        Field("stage", N_("Stage"), length=40),
        *_in(
            OPPORTUNITY,
            Field("amount", N_("Amount"), DECIMAL),
            Field("currency", N_("Currency"), CODE),
            Field("probability", N_("Probability"), INTEGER),
        ),
        Field("engaged_on", N_("Engaged on"), DATE),
        Field("expected_on", N_("Expected on"), DATE),
        Field("closed_on", N_("Closed on"), DATE),
        Field("owner", N_("Owner")),
        *_in(OPPORTUNITY, Field("lost_reason", N_("Reason of the loss")), Field("notes", N_("Notes"))),
    ),
    needs=(
        frozenset({"customer", "customer_name"}),
        frozenset({"key", "name"}),
    ),
    makes_customers=True,
)

PRODUCTS = FileKind(
    "products",
    N_("Products"),
    _in(
        PRODUCT,
        Field("code", N_("Product code"), KEY),
        Field("name", N_("Name"), required=True),
        Field("name_zh", N_("Chinese name")),
        Field("family", N_("Product family")),
        Field("unit", N_("Unit")),
        Field("list_price", N_("List price"), DECIMAL),
        Field("cost", N_("Cost"), DECIMAL),
        Field("currency", N_("Currency"), CODE),
    ),
    needs=(frozenset({"name"}),),
)

KINDS = {kind.name: kind for kind in (CUSTOMERS, ORDERS, OPPORTUNITIES, PRODUCTS)}


def known(kind: str | FileKind) -> FileKind:
    """By its name, or one that the program made from a kind of record and sent along to the child that reads."""
    return KINDS[kind] if isinstance(kind, str) else kind
