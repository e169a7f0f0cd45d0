"""Records that several customers have: each customer by a record of its own, the link, which says what it is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import catalogue
from kam.records.kind import Kind
from kam.workflow.instances import hold_each
from kam.workflow.registry import current

THE_LAST = N_("No other customer has this, so that nobody would find it again. Delete what it is of instead.")
GONE = N_("What this is of was deleted. Restore that first.")

Row = Mapping[str, Any]


def link_of(kind: Kind) -> Kind:
    """The kind of the links by which several customers have its records."""
    assert kind.shared
    return catalogue.kind_of(kind.shared.kind)


def linked_by(kind: Kind) -> Kind | None:
    """The kind of what its records are links of, if they are any."""
    return next((one for one in catalogue.current().values() if one.shared and one.shared.kind == kind.name), None)


def added_to_customers() -> list[Kind]:
    """Whose records are added to a customer by themselves: those of one, and what several have, but not its links."""
    kinds = (kind for kind in catalogue.current().values() if kind.of_customers and not kind.is_itself)
    return [kind for kind in kinds if linked_by(kind) is None]


def seen(kind: Kind, viewer: Viewer, params: Params, row: str = "t") -> str:
    """SQL that is true for what the viewer sees of the rows of `row`: by a link that is there, or that was deleted with
    it."""
    return _linked(kind, viewer, params, f"{row}.id", f"l.deleted_at IS NOT DISTINCT FROM {row}.deleted_at")


def known(kind: Kind, viewer: Viewer, params: Params, record: str) -> str:
    """The same for what it is called, which whoever once saw it knows for good."""
    return _linked(kind, viewer, params, record, "TRUE")


def theirs(kind: Kind, record: str, customer: str) -> str:
    """SQL that is true for what this customer has."""
    link, column = _link(kind)
    there = f"l.{column} = {record} AND l.customer = {customer} AND l.deleted_at IS NULL"
    return f"EXISTS (SELECT FROM {link} l WHERE {there})"


def of_theirs(kind: Kind, customer: str) -> str:
    """SQL of the ids of what this customer has or had."""
    link, column = _link(kind)
    return f"SELECT l.{column} FROM {link} l WHERE l.customer = {customer}"


def whose(kind: Kind, viewer: Viewer, params: Params, record: str) -> str:
    """SQL of the names of those customers that have it and that the viewer sees."""
    link, column = _link(kind)
    return (
        f"(SELECT string_agg(customer.name, ', ' ORDER BY customer.sort_name) FROM {link} l"
        f" JOIN customer ON customer.id = l.customer WHERE l.{column} = {record} AND l.deleted_at IS NULL"
        f" AND customer.deleted_at IS NULL AND {sees_customer(viewer, params)})"
    )


def _linked(kind: Kind, viewer: Viewer, params: Params, record: str, there: str) -> str:
    link, column = _link(kind)
    return (
        f"EXISTS (SELECT FROM {link} l JOIN customer ON customer.id = l.customer WHERE l.{column} = {record}"
        f" AND {there} AND customer.deleted_at IS NULL AND {sees_customer(viewer, params)})"
    )


def _link(kind: Kind) -> tuple[str, str]:
    assert kind.shared
    return link_of(kind).sql_table, kind.shared.column


async def hold(kind: Kind, record: UUID) -> None:
    """Holds what a link is of, before the link itself, as whoever deletes both does."""
    if of := linked_by(kind):
        link, column = _link(of)
        held = f"SELECT 1 FROM {of.sql_table} t JOIN {link} l ON l.{column} = t.id WHERE l.id = $1"
        await DB.execute(f"{held} FOR NO KEY UPDATE OF t", record)


async def require_another(kind: Kind, before: Row) -> None:
    """Raises Invalid for the last link of what is held."""
    if of := linked_by(kind):
        link, column = _link(of)
        others = f"SELECT 1 FROM {link} WHERE {column} = $1 AND id <> $2 AND deleted_at IS NULL LIMIT 1"
        if not await DB.fetchval(others, before[column], before["id"]):
            raise Invalid({"": THE_LAST})


async def require_there(kind: Kind, before: Row) -> None:
    """Raises Invalid for a link of what is deleted."""
    if of := linked_by(kind):
        _, column = _link(of)
        there = f"SELECT 1 FROM {of.sql_table} WHERE id = $1 AND deleted_at IS NULL"
        if not await DB.fetchval(there, before[column]):
            raise Invalid({"": GONE})


async def links(kind: Kind, record: UUID, deleted_at: datetime | None) -> list[dict[str, Any]]:
    """The columns of the links that are there, or were deleted with the record at that moment, held until the
    transaction ends and before them their workflows."""
    link, column = link_of(kind), _link(kind)[1]
    table: Any = link.table
    there = table.deleted_at.is_null() if deleted_at is None else table.deleted_at == deleted_at
    asked = table.select(*table._meta.columns).where(getattr(table, column) == record, there).order_by(table.id)
    if current().of_subject(link.name):
        for row in await asked.run():
            await hold_each(row["id"])
    held: list[dict[str, Any]] = await asked.lock_rows(lock_strength="NO KEY UPDATE", of=(table,)).run()
    return held


async def customers_of(kind: Kind, record: UUID) -> list[UUID]:
    """All that have or had it, seen or not, in their order: their facts follow it."""
    link, column = _link(kind)
    rows = await DB.fetch(f"SELECT DISTINCT customer FROM {link} WHERE {column} = $1 ORDER BY customer", record)
    return [row["customer"] for row in rows]
