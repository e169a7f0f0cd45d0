"""Giving a person a password, by whichever door: their own change, an administrator, the command line."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid, NotFound
from kam.language import N_
from kam.people import passwords
from kam.people.signing_in import end_sessions
from kam.records import recording


async def give(
    person: UUID,
    password: str,
    *,
    event: str,
    by: UUID | None,
    now: datetime,
    temporary: bool,
    instead_of: str | None = None,
    field: str = "password",
    keep: bytes = b"",
) -> None:
    """Ends the person's sessions but `keep`. A temporary password lets in only to be changed. Raises Invalid.

    With `instead_of`, the hash of the password that was shown to be known, nothing happens if it is another by now.
    """
    known = await DB.fetchrow("SELECT name, email, password_hash FROM person WHERE id = $1", person)
    if known is None:
        raise NotFound(N_("There is no such person."))
    stored = known["password_hash"]
    await passwords.check(password, name=known["name"], email=known["email"], stored=stored, field=field)
    hashed = await passwords.hashed(password)
    async with DB.transaction():
        given = await DB.fetchval(
            "UPDATE person SET password_hash = $2, password_temporary = $3, password_set_at = $4"
            " WHERE id = $1 AND ($5::text IS NULL OR password_hash = $5) RETURNING 1",
            person,
            hashed,
            temporary,
            now,
            instead_of,
        )
        if not given:
            raise Invalid({"old": N_("This is not your present password.")})
        await end_sessions(person, but=keep)
        await recording.record("person", person, event, by=by, at=now)
