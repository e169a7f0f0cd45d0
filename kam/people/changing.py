"""Changing a person's data, role and password. How somebody goes is `kam/leaving`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.clock import is_zone
from kam.database.engine import DB
from kam.database.sql import Params
from kam.database.uniqueness import once
from kam.errors import Invalid, NotFound
from kam.language import N_
from kam.people import guessing, passwords
from kam.people.adding import ONE_ADDRESS, check_person
from kam.people.giving_passwords import give
from kam.people.roles import ADMINISTRATOR
from kam.people.signed_in import people_changed
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.changing import check_revision
from kam.workflow.actors import Actor

FIELDS = ("name", "email", "role", "job", "phone", "language")
OWN = ("name", "job", "phone", "language", "theme", "zone")


async def change(
    person: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, revision: int | None = None
) -> None:
    """By an administrator: name, e-mail, role, job, phone, language. The last administrator stays one."""
    by.require("manage_people")
    with once(ONE_ADDRESS):
        async with DB.transaction():
            record = await locked(person)
            check_revision(record, revision)
            wanted = {name: values[name] for name in FIELDS if name in values}
            if not recording.differences(record, wanted):
                return
            merged = {**record, **wanted}
            await check_person(person, name=merged["name"], email=merged["email"].lower(), role=merged["role"])
            if record["role"] == ADMINISTRATOR != merged["role"]:
                await require_another_administrator(person, "role")
            await write(record, wanted, by, now)


async def change_own(values: Mapping[str, Any], *, by: Viewer, now: datetime) -> None:
    """Everybody may change their own name, job, phone, language, theme and time zone."""
    async with DB.transaction():
        record = await locked(by.id)
        wanted = {name: values[name] for name in OWN if name in values}
        if not wanted.get("name", record["name"]).strip():
            raise Invalid({"name": N_("Please enter a name.")})
        if wanted.get("zone") and not is_zone(wanted["zone"]):
            raise Invalid({"zone": N_("Please choose one of the list.")})
        await write(record, wanted, by, now)


async def reactivate(person: UUID, *, by: Viewer, now: datetime) -> None:
    by.require("manage_people")
    async with DB.transaction():
        await write(await locked(person), {"active": True}, by, now)


async def reset_password(person: UUID, *, by: Viewer, now: datetime) -> str:
    """A temporary password, shown once to the administrator; all sessions of the person end."""
    by.require("manage_people")
    password = passwords.temporary()
    await give(person, password, event="password_reset", by=by.id, now=now, temporary=True)
    return password


async def change_password(old: str, new: str, *, by: Viewer, session: bytes, now: datetime) -> None:
    """One's own; the other sessions end, because the old password may be known to somebody. Raises TriedTooOften."""
    known = await DB.fetchrow("SELECT email, password_hash FROM person WHERE id = $1", by.id)
    assert known is not None
    counters, stored = guessing.by_session(known["email"].lower()), known["password_hash"]
    await guessing.count(counters, now=now)
    if not await passwords.verify(old, stored):
        raise Invalid({"old": N_("This is not your present password.")})
    await guessing.give_back(counters, now=now)
    await give(
        by.id, new, event="password_changed", by=by.id, now=now, temporary=False, instead_of=stored, field="new",
        keep=session,
    )  # fmt: skip


async def locked(person: UUID) -> Mapping[str, Any]:
    record = await DB.fetchrow("SELECT * FROM person WHERE id = $1 FOR UPDATE", person)
    if record is None:
        raise NotFound(N_("There is no such person."))
    return dict(record)


async def require_another_administrator(person: UUID, field: str) -> None:
    """Raises Invalid. Two who leave at one moment ask one after the other."""
    await DB.fetch("SELECT pg_advisory_xact_lock(7303)")
    if not await DB.fetchval("SELECT 1 FROM person WHERE role = $1 AND active AND id <> $2", ADMINISTRATOR, person):
        raise Invalid({field: N_("This is the last administrator; make somebody else one first.")})


async def write(record: Mapping[str, Any], values: Mapping[str, Any], by: Actor, now: datetime) -> None:
    differences = recording.differences(record, values)
    if not differences:
        return
    params = Params(record["id"])
    columns = ", ".join(f"{name} = {params(values[name])}" for name in differences)
    await DB.execute(f"UPDATE person SET {columns}, revision = revision + 1 WHERE id = $1", *params.values)
    await recording.record("person", record["id"], recording.CHANGED, by=by.id, at=now, changes=differences)
    await people_changed()
