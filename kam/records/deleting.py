"""Deleting a record, which hides it everywhere, and restoring it as it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.uniqueness import once
from kam.facts.storing import postponed, refresh_one
from kam.people.viewer import Viewer
from kam.records import guarding, recording, sharing
from kam.records.changing import check_revision
from kam.records.editing import change
from kam.records.finding import locked
from kam.records.kind import Kind


async def delete(kind: Kind, record: UUID, *, by: Viewer, now: datetime, revision: int | None = None) -> None:
    """Raises NotFound for one that is deleted already, and Invalid for the last link of what several customers have."""
    by.require(kind.ability)
    async with DB.transaction():
        await sharing.hold(kind, record)
        before = await locked(kind, by, record)
        check_revision(before, revision)
        await sharing.require_another(kind, before)
        await change(kind, before, {"deleted_at": now}, by=by, now=now, event=recording.DELETED)
        await _along(kind, before, now, by=by, now=now, event=recording.DELETED)


async def restore(kind: Kind, record: UUID, *, by: Viewer, now: datetime, remark: str = "") -> None:
    """Raises NotFound for one that is not deleted, Invalid where what it is called by was given to another since, and
    Refused with all that the guards have against it; `remark` says why it goes beyond them."""
    by.require(kind.ability)
    with once(kind.taken):
        async with DB.transaction():
            await guarding.hold(kind, record)
            await sharing.hold(kind, record)
            before = await locked(kind, by, record, deleted=True)
            await sharing.require_there(kind, before)
            await change(kind, before, {"deleted_at": None}, by=by, now=now, event=recording.RESTORED)
            await _along(kind, before, None, by=by, now=now, event=recording.RESTORED)
            await guarding.require(kind, [record], by=by, now=now, remark=remark)


async def _along(
    kind: Kind, before: Mapping[str, Any], deleted_at: datetime | None, *, by: Viewer, now: datetime, event: str
) -> None:
    """The links of what several customers have go with it, and those that went with it come back with it."""
    if kind.shared is None:
        return
    link = sharing.link_of(kind)
    with postponed():
        for row in await sharing.links(kind, before["id"], before["deleted_at"]):
            await change(link, row, {"deleted_at": deleted_at}, by=by, now=now, event=event)
    for one in await sharing.customers_of(kind, before["id"]):
        await refresh_one(one, as_of=by.as_of(now), now=now)
