"""What whoever keeps the machine may set for a person from the command line, when no administrator can sign in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid, NotFound
from kam.language import N_
from kam.people.changing import require_another_administrator
from kam.people.giving_passwords import give
from kam.people.roles import ADMINISTRATOR, ROLES
from kam.people.signed_in import people_changed
from kam.records import recording


async def reset_password(email: str, password: str, *, now: datetime) -> None:
    """Signs the person out everywhere; they choose one of their own when they sign in. Raises NotFound, Invalid."""
    await give(await person_of(email), password, event="password_reset", by=None, now=now, temporary=True)


async def change_role(email: str, role: str, *, now: datetime) -> None:
    """Raises NotFound, Invalid."""
    if role not in ROLES:
        raise Invalid(
            {"role": N_("There is no such role.")}, f"There is no role “{role}”; roles are {', '.join(ROLES)}."
        )
    person = await person_of(email)
    async with DB.transaction():
        before = await DB.fetchval("SELECT role FROM person WHERE id = $1 FOR UPDATE", person)
        if before == ADMINISTRATOR != role:
            await require_another_administrator(person, "role")
        await DB.execute("UPDATE person SET role = $2, revision = revision + 1 WHERE id = $1", person, role)
        await recording.record("person", person, recording.CHANGED, by=None, at=now, changes={"role": [before, role]})
        await people_changed()


async def person_of(email: str) -> UUID:
    person: UUID | None = await DB.fetchval("SELECT id FROM person WHERE lower(email) = lower($1)", email)
    if person is None:
        raise NotFound(f"Nobody has the e-mail address {email}.")
    return person
