"""Taking somebody on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.database.uniqueness import once
from kam.errors import Invalid
from kam.language import LANGUAGES, N_
from kam.people import passwords
from kam.people.roles import ROLES
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.rules import is_email
from kam.workflow.actors import System

ADDRESS_TAKEN = N_("Somebody with this e-mail address is there already.")
ONE_ADDRESS = {"person_email_key": ("email", ADDRESS_TAKEN)}


async def add(
    *, name: str, email: str, role: str, by: Viewer | System, now: datetime, job: str = "", phone: str = "",
    language: str = "en", password: str | None = None, temporary: bool = True,
) -> UUID:  # fmt: skip
    """A new person who may sign in once there is a password; a temporary one is to be changed then. Raises Invalid."""
    if isinstance(by, Viewer):
        by.require("manage_people")
    name, email = name.strip(), email.strip().lower()
    await check_person(None, name=name, email=email, role=role)
    if password is not None:
        await passwords.check(password, name=name, email=email)
    person, hashed = new_id(), await passwords.hashed(password) if password else None
    with once(ONE_ADDRESS):
        async with DB.transaction():
            await DB.execute(
                "INSERT INTO person (id, name, email, role, job, phone, language, theme, active, created_at, revision,"
                " password_hash, password_temporary, password_set_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, 'auto', TRUE, $8, 1, $9, $10, $8)",
                person, name, email, role, job, phone, language if language in LANGUAGES else "en", now,
                hashed, hashed is not None and temporary,
            )  # fmt: skip
            await recording.record("person", person, recording.CREATED, by=by.id, at=now)
    return person


async def check_person(person: UUID | None, *, name: str, email: str, role: str) -> None:
    """Raises Invalid with every fault of a new person, or of changed values of `person`."""
    faults: dict[str, str] = {}
    if not name:
        faults["name"] = N_("Please enter a name.")
    if not is_email(email) or len(email) > 320:
        faults["email"] = N_("Please enter an e-mail address such as wang.li@example.com.")
    elif await DB.fetchval("SELECT id FROM person WHERE lower(email) = $1 AND id IS DISTINCT FROM $2", email, person):
        faults["email"] = ADDRESS_TAKEN
    if role not in ROLES:
        faults["role"] = N_("Please choose one of the list.")
    if faults:
        raise Invalid(faults)
