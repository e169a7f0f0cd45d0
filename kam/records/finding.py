"""Finding one record on behalf of somebody; whoever may not see it is told that there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import catalogue
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.referring import titled_column
from kam.records.sharing import known, link_of
from kam.records.visibility import shown, visible
from kam.workflow.instances import hold_each
from kam.workflow.registry import current

Row = Mapping[str, Any]

NOT_THERE = N_("There is nothing here, or it belongs to a customer whom you do not see.")


async def find(kind: Kind, viewer: Viewer, record: UUID, *, deleted: bool | None = False) -> dict[str, Any]:
    """All of a record that the viewer may see, with the names of what it refers to as `…_name`. `deleted=None` finds it
    either way. Raises NotFound."""
    table: Any = kind.table
    hidden = {one.name for one in kind.fields} - {one.name for one in shown(kind, viewer)}
    columns = [column for column in table._meta.columns if column._meta.name not in hidden]
    asked = table.select(*columns, *_names(kind, viewer)).where(table.id == record, *visible(kind, viewer))
    return await _seen(kind, viewer, _found(await _there(asked, table, deleted).first().run()))


async def locked(kind: Kind, viewer: Viewer, record: UUID, *, deleted: bool | None = False) -> dict[str, Any]:
    """The columns of a record, held for us until the transaction ends, and before it its workflows, as a step of them
    does; of a customer, whom a step takes before its workflows, that alone. Raises NotFound."""
    table: Any = kind.table
    if current().of_subject(kind.name) and not kind.is_itself:
        await hold_each(record)
    asked = table.select(*table._meta.columns).where(table.id == record, *visible(kind, viewer))
    return _found(
        await _there(asked, table, deleted).first().lock_rows(lock_strength="NO KEY UPDATE", of=(table,)).run()
    )


async def links_seen(kind: Kind, viewer: Viewer, record: UUID) -> list[dict[str, Any]]:
    """The links by which customers whom the viewer sees have a record that several have, with names."""
    assert kind.shared
    link = link_of(kind)
    table: Any = link.table
    asked = table.select(*table._meta.columns, *_names(link, viewer))
    theirs = asked.where(getattr(table, kind.shared.column) == record, *visible(link, viewer))
    found: list[dict[str, Any]] = await _there(theirs, table, False).order_by(table.customer.name).run()
    return found


def _there(asked: Any, table: Any, deleted: bool | None) -> Any:
    if deleted is None:
        return asked
    return asked.where(table.deleted_at.is_not_null() if deleted else table.deleted_at.is_null())


def _names(kind: Kind, viewer: Viewer) -> list[Any]:
    table: Any = kind.table
    fields = [one for one in shown(kind, viewer) if one.type in (f.PERSON, f.RECORD)]
    names = [titled_column(one, getattr(table, one.name)).as_alias(f"{one.name}_name") for one in fields]
    names += [_whose(one, getattr(table, one.name)).as_alias(f"{one.name}_whose") for one in fields if _is_owned(one)]
    if kind.belongs and not kind.is_itself:
        whose: Any = getattr(table, kind.belongs.column)
        names += [whose.name.as_alias("customer_name"), whose.name_zh.as_alias("customer_name_zh")]
    return names


def _is_owned(field: Field) -> bool:
    """Whether what a field refers to is some customer's."""
    known = catalogue.current().get(field.of)
    return field.type == f.RECORD and known is not None and known.belongs is not None


def _whose(field: Field, reference: Any) -> Any:
    belongs = catalogue.kind_of(field.of).belongs
    assert belongs
    return getattr(reference, belongs.column)


async def _seen(kind: Kind, viewer: Viewer, row: dict[str, Any]) -> dict[str, Any]:
    """Without the names of what belongs to a customer whom the viewer does not see."""
    own = row[kind.belongs.column] if kind.belongs else None
    for field in shown(kind, viewer):
        whose = row.pop(f"{field.name}_whose", None)
        if whose not in (None, own) and not await _sees(viewer, whose):
            row[f"{field.name}_name"] = None
        if _is_shared(field) and row[field.name] and not await _knows(field, viewer, row[field.name]):
            row[f"{field.name}_name"] = None
    return row


def _is_shared(field: Field) -> bool:
    of = catalogue.current().get(field.of)
    return of is not None and of.shared is not None


async def _knows(field: Field, viewer: Viewer, record: UUID) -> bool:
    params = Params(record)
    return bool(await DB.fetchval(f"SELECT {known(catalogue.kind_of(field.of), viewer, params, '$1')}", *params.values))


async def _sees(viewer: Viewer, customer: UUID) -> bool:
    params = Params(customer)
    sees = sees_customer(viewer, params)
    return bool(await DB.fetchval(f"SELECT 1 FROM customer WHERE id = $1 AND {sees}", *params.values))


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise NotFound(NOT_THERE)
    return row
