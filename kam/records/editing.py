"""Changing one record that others may be changing too: held, compared, judged, written, and told in its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.uniqueness import once
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import guarding, judging, recording, referring, rows, sets, sharing
from kam.records.changing import check_revision
from kam.records.finding import locked
from kam.records.kind import Kind
from kam.records.visibility import require_shown
from kam.workflow.deadlines import move_with

NOT_WRITABLE = N_("Where this stands it can no longer be changed. Take it back to where it can, or make a new one.")

Values = Mapping[str, Any]


async def edit(
    kind: Kind,
    record: UUID,
    values: Values,
    *,
    by: Viewer,
    now: datetime,
    revision: int | None = None,
    remark: str = "",
) -> None:
    """Sets the given fields; `remark` says why that goes beyond a guard. Raises Stale when somebody was faster, also by
    a step, Invalid with every fault at once, Refused with all that the guards have against it, NotAllowed, or
    NotFound."""
    by.require(kind.ability)
    with once(kind.taken):
        async with DB.transaction():
            await guarding.hold(kind, record)
            before = await locked(kind, by, record)
            check_revision(before, revision)
            before |= {part.name: (await sets.read(part, [record]))[record] for part in kind.parts}
            new = judged(kind, before, values, by=by)
            customer = before[kind.belongs.column] if kind.belongs else None
            await referring.require(kind, new, by=by, customer=customer, before=before)
            follows = await kind.completes({**before, **new, "updated_at": now}, before) if new else {}
            await change(kind, before, {**new, **follows}, by=by, now=now)
            await guarding.require(kind, [record], by=by, now=now, remark=remark, changed=new)


def judged(kind: Kind, before: Values, values: Values, *, by: Viewer) -> dict[str, Any]:
    """Those of `values` that differ from the record as it stands. Raises Invalid with every fault at once."""
    known = judging.clean(kind, values)
    require_shown(kind, known, by)
    new = _new(kind, known, before)
    if new:
        _require_writable(kind, before)
    judging.check(kind, new, whole={**before, **new})
    return new


async def change(
    kind: Kind, before: Values, values: Values, *, by: Viewer, now: datetime, event: str = recording.CHANGED
) -> None:
    """Writes what differs from the held record, with its history, its row, its deadlines and the facts."""
    differences = recording.differences(before, values)
    if not differences:
        return
    changed = {part.name: part for part in kind.parts if part.name in differences}
    for name, part in changed.items():
        await sets.write(part, {before["id"]: values[name]})
    table: Any = kind.table
    new = {name: values[name] for name in differences if name not in changed}
    new |= {"updated_at": now, "revision": before["revision"] + 1}
    await table.update({getattr(table, name): value for name, value in new.items()}).where(table.id == before["id"])
    customer = before[kind.belongs.column] if kind.belongs else None
    await recording.record(kind.name, before["id"], event, by=by.id, at=now, customer=customer, changes=differences)
    if differences.keys() & rows.kept(kind):
        await rows.keep(kind, [before["id"]])
    await move_with(kind.name, before["id"], changed=frozenset(differences), now=now)
    if customer:
        await refresh_one(customer, as_of=by.as_of(now), now=now)
    if kind.shared and event == recording.CHANGED:
        await _follow(kind, before["id"])
        for one in await sharing.customers_of(kind, before["id"]):
            await refresh_one(one, as_of=by.as_of(now), now=now)


async def _follow(kind: Kind, record: UUID) -> None:
    """What the links of a record repeat of it; nobody said that, so no history tells it."""
    link = sharing.link_of(kind)
    table: Any = link.table
    held = await sharing.links(kind, record, None)
    for row in held:
        new = {name: value for name, value in (await link.completes(row, row)).items() if row[name] != value}
        if new:
            await table.update({getattr(table, name): value for name, value in new.items()}).where(
                table.id == row["id"]
            )
    await rows.keep(link, [row["id"] for row in held])


def _new(kind: Kind, known: Values, before: Values) -> dict[str, Any]:
    """What differs from what stands there; of parts what is reckoned is nothing that anybody said."""
    new = {name: value for name, value in known.items() if before[name] != value}
    for part in kind.parts:
        if part.name in new and sets.said(part, new[part.name]) == sets.said(part, before[part.name]):
            del new[part.name]
    return new


def _require_writable(kind: Kind, before: Values) -> None:
    if kind.writable and before["state"] not in kind.writable:
        raise Invalid({"": NOT_WRITABLE})
