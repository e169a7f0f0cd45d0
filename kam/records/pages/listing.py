"""The list of a kind: its columns, filters and search from the fields that the viewer may see."""

from __future__ import annotations

from functools import cache
from typing import Any

from litestar import Request, Response

from kam.database.engine import DB
from kam.database.searching import matches_customer, matches_indexed
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages import own, with_parts
from kam.records.pages.columns import columns_of, filters_of, joins_of
from kam.records.visibility import sees, shown
from kam.web.choices import ids_of
from kam.web.lists import FILES, ListOf

Asked = Request[Any, Any, Any]


async def index(kind: Kind, request: Asked) -> Response[Any]:
    if not kind.of_customers:
        request.user.require(kind.sees)
    chosen = request.query_params.get("customer", "") if kind.belongs else ""
    whose = await _named(request.user, chosen)
    made = list_of(kind, shown(kind, request.user))
    wanted = request.query_params.get("format", "")
    if with_parts.offered(kind) and wanted in FILES and "parts" in request.query_params:
        return await with_parts.file(kind, request, made, wanted)
    return await made.respond(
        request, "records/index.html", kind=kind, chosen=chosen, whose=whose,
        new=f"/{kind.path}/new" + (f"?customer={chosen}" if whose else ""),
    )  # fmt: skip


def list_of(kind: Kind, fields: tuple[Field, ...]) -> ListOf:
    """`fields` are those that the viewer may see: by no other is anything shown, filtered, sorted or exported."""
    return _made(kind, tuple(one.name for one in fields))


@cache
def _made(kind: Kind, names: tuple[str, ...]) -> ListOf:
    fields = tuple(kind.by_name[name] for name in names)
    made = ListOf(
        name=kind.path, title=kind.titles, source=_source(kind, fields), key="t.id", always="t.deleted_at IS NULL",
        scope=lambda viewer, params: sees(kind, viewer, params), columns=columns_of(kind, fields),
        filters=filters_of(kind, fields), search=lambda text, params: _found(kind, text, params),
        extras=_extras(kind, fields), sort=_sort(kind, fields), parts=with_parts.offered(kind),
    )  # fmt: skip
    return own.of(kind).listed(made)


def _source(kind: Kind, fields: tuple[Field, ...]) -> str:
    whose = f" JOIN customer ON customer.id = t.{kind.belongs.column}" if kind.belongs else ""
    return f"{kind.sql_table} t{whose}{joins_of(kind, fields)}"


def _found(kind: Kind, text: str, params: Params) -> str:
    """By the words of its row among all records, which have their indexes by kind, or by whose it is."""
    there = f"SELECT id FROM record WHERE kind = '{kind.name}' AND deleted_at IS NULL"
    found = f"{there} AND {matches_indexed(params, text, 'record')}"
    if kind.belongs:
        theirs = f"SELECT id FROM customer WHERE deleted_at IS NULL AND {matches_customer(params, text)}"
        found += f" UNION {there} AND record.customer IN ({theirs})"
    return f"t.id IN ({found})"


def _extras(kind: Kind, fields: tuple[Field, ...]) -> dict[str, str]:
    extras = {f"{one.name}_currency": f"t.{one.currency}" for one in fields if one.type == f.MONEY and one.currency}
    return {**extras, "customer_id": "customer.id"} if kind.belongs else extras


def _sort(kind: Kind, fields: tuple[Field, ...]) -> str:
    """As the kind says, unless this viewer could guess from the order what they may not see; the newest first."""
    return kind.sort if kind.sort.lstrip("-") in {"added", *(one.name for one in fields)} else "-added"


async def _named(viewer: Viewer, customer: str) -> str:
    """Whose records the list was narrowed to; empty for one that the viewer does not see."""
    params = Params(ids_of([customer]))
    name = f"SELECT name FROM customer WHERE id = ANY($1) AND deleted_at IS NULL AND {sees_customer(viewer, params)}"
    return (await DB.fetchval(name, *params.values) or "") if params.values[0] else ""
