"""Correcting what was logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.facts.storing import refresh_one
from kam.interactions import fields
from kam.interactions.participating import set_participants
from kam.interactions.queries import locked
from kam.people.viewer import Viewer
from kam.records.changing import change, check_revision


async def edit(
    interaction: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, revision: int | None = None,
    people: Sequence[UUID] | None = None, contacts: Sequence[UUID] | None = None,
) -> None:  # fmt: skip
    """Sets the given fields, and the participants if both sides are given. Raises Stale when somebody was faster."""
    by.require("write_interactions")
    known = fields.clean(values)
    fields.check(known, now=now)
    async with DB.transaction():
        before = await locked(by, interaction)
        check_revision(before, revision)
        if people is not None and contacts is not None:
            await set_participants(interaction, before["customer"], people, contacts)
        await change("interaction", before, known, by=by.id, at=now, customer=before["customer"])
        await refresh_one(before["customer"], as_of=by.as_of(now), now=now)
