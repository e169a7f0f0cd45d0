"""What a record refers to: one of our people, or another record that whoever refers to it must see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import Invalid, NotFound
from kam.language import N_
from kam.people.owning import NOT_AN_OWNER, can_own
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import catalogue
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import CUSTOMER, Kind
from kam.records.visibility import sees

NO_OWNER = N_("There is no such customer, or it belongs to a team whose customers you do not see.")
NOT_THERE = N_("Choose one that is there and that you see.")

Condition = Callable[[Viewer, Params], str]


def _any(_viewer: Viewer, _params: Params) -> str:
    return "TRUE"


def _customers(viewer: Viewer, params: Params) -> str:
    return f"customer.deleted_at IS NULL AND {sees_customer(viewer, params)}"


# Kinds that are not yet in `kam.kinds`: the condition under which one may be referred to, and what it is called by.
_OUTSIDE: Mapping[str, tuple[Condition, str]] = {CUSTOMER: (_customers, "name"), "product": (_any, "name")}


def titled_column(field: Field, reference: Any) -> Any:
    """The column by which what a reference points to is called."""
    if field.type == f.PERSON:
        return reference.name
    return getattr(reference, _OUTSIDE[field.of][1] if field.of in _OUTSIDE else catalogue.kind_of(field.of).titled)


async def require(
    kind: Kind, values: Mapping[str, Any], *, by: Viewer, before: Mapping[str, Any] | None = None
) -> None:
    """Raises Invalid at each field that refers to nobody who may write, or to a record that is not there or not seen.

    What stood there `before` may stay. What is referred to stays as it is until the transaction ends.
    """
    faults = {}
    for field in kind.fields:
        value = values.get(field.name)
        if value is None or field.type not in (f.PERSON, f.RECORD) or (before and before[field.name] == value):
            continue
        if field.type == f.PERSON and not await _writes(value):
            faults[field.name] = NOT_AN_OWNER
        if field.type == f.RECORD and not await _is_seen(field.of, value, by):
            faults[field.name] = NOT_THERE
    if faults:
        raise Invalid(faults)


async def hold_owner(kind: Kind, owner: UUID | None, by: Viewer) -> None:
    """Holds whose record it is until the transaction ends. Raises NotFound if `by` does not see it."""
    if kind.belongs is None:
        by.require(kind.sees)
        return
    params = Params(owner)
    held = f"SELECT 1 FROM customer WHERE id = $1 AND deleted_at IS NULL AND {sees_customer(by, params)}"
    if not await DB.fetchval(f"{held} FOR NO KEY UPDATE", *params.values):
        raise NotFound(NO_OWNER)


async def _writes(person: UUID) -> bool:
    return bool(await DB.fetchval(f"SELECT 1 FROM person WHERE id = $1 AND {can_own()} FOR SHARE", person))


async def _is_seen(kind: str, record: UUID, viewer: Viewer) -> bool:
    params = Params(record)
    if kind in _OUTSIDE:
        condition = _OUTSIDE[kind][0](viewer, params)
        sql = f"SELECT 1 FROM {kind} WHERE id = $1 AND {condition} FOR KEY SHARE"
    else:
        known = catalogue.kind_of(kind)
        whose = f"JOIN customer ON customer.id = t.{known.belongs.column}" if known.belongs else ""
        sql = (
            f"SELECT 1 FROM {known.sql_table} t {whose} WHERE t.id = $1 AND t.deleted_at IS NULL"
            f" AND {sees(known, viewer, params)} FOR KEY SHARE OF t"
        )
    return bool(await DB.fetchval(sql, *params.values))
