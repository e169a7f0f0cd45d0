"""Deleting a record, which hides it everywhere, and restoring it as it was."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.database.uniqueness import once
from kam.people.viewer import Viewer
from kam.records import guarding, recording
from kam.records.changing import check_revision
from kam.records.editing import change
from kam.records.finding import locked
from kam.records.kind import Kind


async def delete(kind: Kind, record: UUID, *, by: Viewer, now: datetime, revision: int | None = None) -> None:
    """Raises NotFound for one that is deleted already."""
    by.require(kind.ability)
    async with DB.transaction():
        before = await locked(kind, by, record)
        check_revision(before, revision)
        await change(kind, before, {"deleted_at": now}, by=by, now=now, event=recording.DELETED)


async def restore(kind: Kind, record: UUID, *, by: Viewer, now: datetime, remark: str = "") -> None:
    """Raises NotFound for one that is not deleted, Invalid where what it is called by was given to another since, and
    Refused with all that the guards have against it; `remark` says why it goes beyond them."""
    by.require(kind.ability)
    with once(kind.taken):
        async with DB.transaction():
            await guarding.hold(kind, record)
            before = await locked(kind, by, record, deleted=True)
            await change(kind, before, {"deleted_at": None}, by=by, now=now, event=recording.RESTORED)
            await guarding.require(kind, [record], by=by, now=now, remark=remark)
