"""Logging an interaction, on whatever channel it took place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.queries import locked
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.facts.storing import refresh_one
from kam.interactions import fields
from kam.interactions.participating import set_participants
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.submitting import Submission

COLUMNS = (*fields.TITLES, "id", "customer", "created_by", "created_at", "updated_at")


async def log(
    customer: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime,
    people: Sequence[UUID] | None = None, contacts: Sequence[UUID] = (), key: UUID | None = None,
) -> UUID:  # fmt: skip
    """The id of the new interaction; a repeated `key` answers with the one it made the first time.

    Without `people` it was `by` who took part. A next step without a person is theirs too.
    """
    by.require("write_interactions")
    known = {"channel": "", "purpose": "", "at": now, **fields.USUAL, **fields.clean(values)}
    fields.check(known, now=now)
    if known["next_step"] and not known["next_step_by"]:
        known["next_step_by"] = by.id
    interaction = key or new_id()
    ours = [by.id] if people is None else people
    told = {**known, "participants": sorted(map(str, {*ours, *contacts}))}
    said = {name: [None, value] for name, value in told.items() if value not in ("", None)}
    sent = Submission(interaction, "interaction", said, customer=customer, by=by.id)
    async with DB.transaction():
        await locked(by, customer)
        if key and await sent.is_repeated():
            return interaction
        if not await _insert({**known, "id": interaction, "customer": customer}, by, now):
            return await sent.made_meanwhile()
        await set_participants(interaction, customer, ours, contacts)
        await recording.record(
            "interaction", interaction, recording.CREATED, by=by.id, at=now, customer=customer, changes=said
        )
        await refresh_one(customer, as_of=by.as_of(now), now=now)
    return interaction


async def _insert(row: dict[str, Any], by: Viewer, now: datetime) -> bool:
    values = {**row, "created_by": by.id, "created_at": now, "updated_at": now}
    places = ", ".join(f"${number}" for number in range(1, len(COLUMNS) + 1))
    made = await DB.fetchval(
        f"""
        INSERT INTO interaction ({", ".join(COLUMNS)}) VALUES ({places})
        ON CONFLICT (id) DO NOTHING RETURNING id
        """,
        *(values[column] for column in COLUMNS),
    )
    return made is not None
