"""Reading, writing and comparing the parts of records, as sets."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.records import fields as f
from kam.records.parts import Parts
from kam.records.recording import plain
from kam.records.referring import titled_column

Rows = Sequence[Mapping[str, Any]]


async def read(parts: Parts, records: Collection[UUID], *, named: bool = False) -> dict[UUID, list[dict[str, Any]]]:
    """The rows of each record in their order; `named` with what each refers to is called as `…_name`."""
    if not records:
        return {}
    table: Any = parts.table
    owner, names = getattr(table, parts.owner), [one.name for one in parts.fields]
    columns = [owner.as_alias("_owner"), *(getattr(table, name) for name in names)]
    columns += [
        titled_column(one, getattr(table, one.name)).as_alias(f"{one.name}_name")
        for one in parts.fields
        if named and one.type in (f.PERSON, f.RECORD)
    ]
    rows = await table.select(*columns).where(owner.is_in(list(records))).order_by(owner, table.position)
    found: dict[UUID, list[dict[str, Any]]] = {record: [] for record in records}
    for row in rows:
        found[row.pop("_owner")].append(row)
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
