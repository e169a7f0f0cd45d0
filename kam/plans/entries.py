"""What the tables of a plan have in common: an entry is added at the end, changed, removed, each with its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.plans.queries import Row
from kam.records.recording import CHANGED, differences, record

NO_SUCH_ENTRY = N_("This entry is not in the plan any more. Somebody may have removed it.")
PARENT = {"objective": "plan", "initiative": "plan", "risk": "plan", "action": "initiative"}


async def entry(table: str, key: UUID, plan: UUID) -> Row:
    """The entry, held for a change. `table` comes from code, never from a request."""
    where = "plan = $2" if PARENT[table] == "plan" else "initiative IN (SELECT id FROM initiative WHERE plan = $2)"
    row: Row | None = await DB.fetchrow(f"SELECT * FROM {table} WHERE id = $1 AND {where} FOR UPDATE", key, plan)
    if row is None:
        raise NotFound(NO_SUCH_ENTRY)
    return row


async def add(table: str, parent: UUID, values: Mapping[str, Any], *, plan: Row, by: UUID | None, at: datetime) -> UUID:
    params = Params(new_id(), parent)
    names = ", ".join(values)
    places = ", ".join(params(value) for value in values.values())
    above = PARENT[table]
    await DB.execute(
        f"""
        INSERT INTO {table} (id, {above}, position, {names})
        VALUES ($1, $2, (SELECT coalesce(max(position), 0) + 1 FROM {table} WHERE {above} = $2), {places})
        """,
        *params.values,
    )
    changes = {f"{table}_{name}": [None, value] for name, value in values.items() if value not in (None, "")}
    await record("plan", plan["id"], CHANGED, by=by, at=at, customer=plan["customer"], changes=changes)
    key: UUID = params.values[0]
    return key


async def change(
    table: str, before: Row, values: Mapping[str, Any], *, plan: Row, by: UUID | None, at: datetime
) -> None:
    found = differences(before, values)
    if not found:
        return
    params = Params(before["id"])
    assignments = ", ".join(f"{name} = {params(values[name])}" for name in found)
    await DB.execute(f"UPDATE {table} SET {assignments} WHERE id = $1", *params.values)
    changes = {f"{table}_{name}": pair for name, pair in found.items()}
    await record("plan", plan["id"], CHANGED, by=by, at=at, customer=plan["customer"], changes=changes)


async def remove(table: str, before: Row, *, plan: Row, by: UUID | None, at: datetime) -> None:
    await DB.execute(f"DELETE FROM {table} WHERE id = $1", before["id"])
    changes = {f"{table}_{name}": [value, None] for name, value in dict(before).items() if value not in (None, "")}
    await record("plan", plan["id"], CHANGED, by=by, at=at, customer=plan["customer"], changes=changes)
