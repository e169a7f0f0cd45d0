"""What a record refers to: one of our people, or another record that whoever refers to it must see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import Invalid, NotFound
from kam.language import N_
from kam.people.owning import NOT_AN_OWNER, can_own
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import catalogue, sharing
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.visibility import sees

NO_OWNER = N_("There is no such customer, or it belongs to a team whose customers you do not see.")
NOT_THERE = N_("Choose one that is there and that you see.")
NOT_OF_THEIRS = N_("Choose one of this customer.")

Condition = Callable[[Viewer, Params], str]


def _any(_viewer: Viewer, _params: Params) -> str:
    return "TRUE"


@dataclass(frozen=True, slots=True)
class Outside:
    """A kind that is not yet in `kam.kinds`: its table, what one is called by, the condition under which one may be
    referred to, and SQL that is true for those of the customer in the place."""

    table: str
    title: str = "name"
    seen: Condition = _any
    theirs: str = ""


OUTSIDE: Mapping[str, Outside] = {
    "team": Outside("team"),
}


def titled_column(field: Field, reference: Any) -> Any:
    """The column by which what a reference points to is called."""
    if field.type == f.PERSON:
        return reference.name
    return getattr(reference, OUTSIDE[field.of].title if field.of in OUTSIDE else catalogue.kind_of(field.of).titled)


async def require(
    kind: Kind,
    values: Mapping[str, Any],
    *,
    by: Viewer,
    customer: UUID | None = None,
    before: Mapping[str, Any] | None = None,
    made: UUID | None = None,
) -> None:
    """Raises Invalid at each field that refers to nobody who may write, to a record that is not there or not seen, or
    to one that is not of the `customer` where it must be, in the record or in its parts. One question for each kind
    that is referred to, however many rows.

    What stood there `before` may stay, and what was `made` just now may be referred to. What is referred to stays as
    it is until the transaction ends.
    """
    stood = {made, *(value for _, _, value in _references(kind, before or {}))}
    asked = [one for one in _references(kind, values) if one[2] not in stood]
    faults: dict[str, str] = {}
    for of, within in sorted({(field.of, field.within) for _, field, _ in asked}):
        wanted = [(place, value) for place, field, value in asked if (field.of, field.within) == (of, within)]
        ids = list({value for _, value in wanted})
        there = await (theirs(of, ids, customer) if within and customer else hold(of, ids, by))
        sentence = NOT_OF_THEIRS if within else NOT_THERE if of else NOT_AN_OWNER
        faults |= {place: sentence for place, value in wanted if value not in there}
    if faults:
        raise Invalid(faults)


def refers(kind: Kind, values: Mapping[str, Any]) -> bool:
    return bool(_references(kind, values))


def _references(kind: Kind, values: Mapping[str, Any]) -> list[tuple[str, Field, UUID]]:
    """Where each stands, its field, and what it refers to; of a person `of` is empty. What is reckoned was looked at by
    who reckons it."""
    own = [(one.name, one, values.get(one.name)) for one in kind.fields if not one.reckoned]
    own += [
        (f"{part.name}_{place}_{one.name}", one, row[one.name])
        for part in kind.parts
        for place, row in enumerate(values.get(part.name, ()))
        for one in part.fields
    ]
    return [(place, one, value) for place, one, value in own if value and one.type in (f.PERSON, f.RECORD)]


async def hold_owner(kind: Kind, owner: UUID | None, by: Viewer) -> None:
    """Holds whose record it is until the transaction ends. Raises NotFound if `by` does not see it."""
    if not kind.of_customers:
        by.require(kind.sees)
        return
    if kind.is_itself:
        return
    params = Params(owner)
    held = f"SELECT 1 FROM customer WHERE id = $1 AND deleted_at IS NULL AND {sees_customer(by, params)}"
    if not await DB.fetchval(f"{held} FOR NO KEY UPDATE", *params.values):
        raise NotFound(NO_OWNER)


async def hold(of: str, ids: list[UUID], by: Viewer) -> set[UUID]:
    """Those of these records that `by` sees or, where `of` is empty, of these people who may write. They stay as they
    are until the transaction ends."""
    return await (_seen(of, ids, by) if of else _writing(ids))


async def theirs(of: str, ids: list[UUID], customer: UUID) -> set[UUID]:
    """Those of these records that are the customer's. They stay as they are until the transaction ends."""
    table, own = place_of_theirs(of, "$2")
    rows = await DB.fetch(f"SELECT t.id FROM {table} t WHERE t.id = ANY($1) AND {own} FOR KEY SHARE", ids, customer)
    return {row["id"] for row in rows}


def place_of_theirs(of: str, customer: str) -> tuple[str, str]:
    """The table of what is referred to, and SQL that is true for those rows `t` of it that are the customer's."""
    if of in OUTSIDE:
        return OUTSIDE[of].table, OUTSIDE[of].theirs.format(customer=customer)
    kind = catalogue.kind_of(of)
    if kind.shared:
        return kind.sql_table, f"t.deleted_at IS NULL AND {sharing.theirs(kind, 't.id', customer)}"
    assert kind.belongs
    return kind.sql_table, f"t.deleted_at IS NULL AND t.{kind.belongs.column} = {customer}"


async def _writing(people: list[UUID]) -> set[UUID]:
    rows = await DB.fetch(f"SELECT id FROM person WHERE id = ANY($1) AND {can_own()} FOR SHARE", people)
    return {row["id"] for row in rows}


async def _seen(kind: str, records: list[UUID], viewer: Viewer) -> set[UUID]:
    params = Params(records)
    if kind in OUTSIDE:
        sql = f"SELECT id FROM {OUTSIDE[kind].table} WHERE id = ANY($1) AND {OUTSIDE[kind].seen(viewer, params)}"
        sql += " FOR KEY SHARE"
    else:
        known = catalogue.kind_of(kind)
        whose = f"JOIN customer ON customer.id = t.{known.belongs.column}" if known.belongs else ""
        sql = (
            f"SELECT t.id FROM {known.sql_table} t {whose} WHERE t.id = ANY($1) AND t.deleted_at IS NULL"
            f" AND {sees(known, viewer, params)} FOR KEY SHARE OF t"
        )
    return {row["id"] for row in await DB.fetch(sql, *params.values)}
