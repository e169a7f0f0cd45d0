"""Deleting an order, which hides it and stops it counting; restoring it as it was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.facts.storing import refresh_one
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.changing import change
from kam.sales import queries

KINDS = {"sales_order": "order"}


async def delete(table: str, record: UUID, *, by: Viewer, now: datetime) -> None:
    await _mark(table, record, now, recording.DELETED, by=by, now=now)


async def restore(table: str, record: UUID, *, by: Viewer, now: datetime) -> None:
    await _mark(table, record, None, recording.RESTORED, by=by, now=now)


async def _mark(table: str, record: UUID, at: datetime | None, event: str, *, by: Viewer, now: datetime) -> None:
    by.require("write_sales")
    async with DB.transaction():
        before = await queries.find(by, table, record, lock=True, deleted=at is None)
        await change(
            table,
            before,
            {"deleted_at": at},
            by=by.id,
            at=now,
            kind=KINDS[table],
            event=event,
            customer=before["customer"],
        )
        await refresh_one(before["customer"], as_of=by.as_of(now), now=now)
