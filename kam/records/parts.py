"""Rows without a life of their own, such as the lines of an order: one set under the revision of their owner."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo.table import Table

from kam.database.engine import DB
from kam.language import N_
from kam.records.fields import Field
from kam.records.recording import plain

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`name` is how forms, files and the history call the set, `one` a single row; `owner` is the column that names the
    record. There are at least `least` rows, or `too_few` is said. They keep their order in the column `position`."""

    name: str
    title: str
    one: str
    table: type[Table]
    owner: str
    fields: tuple[Field, ...]
    least: int = 0
    most: int = 500
    too_few: str = N_("Please give at least one row.")

    @property
    def sql_table(self) -> str:
        name: str = self.table._meta.tablename
        return name


async def read(parts: Parts, records: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The rows of each record in their order."""
    table: Any = parts.table
    owner, names = getattr(table, parts.owner), [one.name for one in parts.fields]
    columns = [owner.as_alias("_owner"), *(getattr(table, name) for name in names)]
    rows = await table.select(*columns).where(owner.is_in(list(records))).order_by(owner, table.position)
    found: dict[UUID, list[dict[str, Any]]] = {record: [] for record in records}
    for row in rows:
        found[row["_owner"]].append({name: row[name] for name in names})
    return found


async def write(parts: Parts, sets: Mapping[UUID, Rows]) -> None:
    """In the place of what stood there, for one record or for many, in one statement each."""
    table: Any = parts.table
    await table.delete().where(getattr(table, parts.owner).is_in(list(sets)))
    names = [one.name for one in parts.fields]
    rows = [
        {parts.owner: record, "position": position, **{name: row[name] for name in names}}
        for record, some in sets.items()
        for position, row in enumerate(some, start=1)
    ]
    sent = json.dumps([{name: plain(value) for name, value in row.items()} for row in rows], ensure_ascii=False)
    columns = ", ".join((parts.owner, "position", *names))
    await DB.execute(
        f"INSERT INTO {parts.sql_table} (id, {columns}) SELECT new_id(), {columns}"
        f" FROM jsonb_populate_recordset(NULL::{parts.sql_table}, $1::text::jsonb)",
        sent,
    )


def said(parts: Parts, rows: Rows) -> list[dict[str, Any]]:
    """The rows without what is reckoned from the rest."""
    return [{one.name: row[one.name] for one in parts.fields if not one.reckoned} for row in rows]
