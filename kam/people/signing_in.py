"""Signing in and out, slowed down for those who guess."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import DomainError, Invalid
from kam.language import N_
from kam.people.passwords import verify
from kam.people.sessions import digest, open_session
from kam.people.signed_in import people_changed

PERIOD = timedelta(minutes=15)
PER_ACCOUNT = 5
PER_ADDRESS = 30


class TriedTooOften(DomainError):
    """Too many wrong passwords; `seconds` until the next try is heard."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries; wait {seconds} seconds.")
        self.seconds = seconds


async def sign_in(email: str, password: str, *, address: str, agent: str, now: datetime) -> str:
    """The secret of a new session. Raises Invalid for a wrong pair, without saying which half, or TriedTooOften."""
    email = email.strip().lower()[:320]
    attempt = await _note_attempt(email, address[:60], now)
    person = await DB.fetchrow("SELECT id, password_hash FROM person WHERE lower(email) = $1 AND active", email)
    if not await verify(password, person["password_hash"] if person else None) or person is None:
        raise Invalid({"password": N_("This e-mail address and password do not belong together.")})
    async with DB.transaction():
        await DB.execute("UPDATE sign_in_attempt SET succeeded = TRUE WHERE id = $1", attempt)
        return await open_session(person["id"], now=now, agent=agent, address=address)


async def sign_out(token: str) -> None:
    await DB.execute("DELETE FROM session WHERE token_hash = $1", digest(token))
    await people_changed()


async def end_session(token_hash: bytes, *, of: UUID) -> None:
    await DB.execute("DELETE FROM session WHERE token_hash = $1 AND person = $2", token_hash, of)
    await people_changed()


async def end_sessions(of: UUID, *, but: bytes = b"") -> None:
    """Signs a person out everywhere, except in the session `but`."""
    await DB.execute("DELETE FROM session WHERE person = $1 AND token_hash <> $2", of, but)
    await people_changed()


async def _note_attempt(email: str, address: str, now: datetime) -> UUID:
    """Counted before the password is looked at and under a lock, so that guessing in parallel gains nothing."""
    async with DB.transaction():
        await DB.fetch("SELECT pg_advisory_xact_lock(7301, hashtext($1))", address)
        await DB.fetch("SELECT pg_advisory_xact_lock(7302, hashtext($1))", email)
        for column, value, most in (("email", email, PER_ACCOUNT), ("address", address, PER_ADDRESS)):
            await _refuse_too_many(column, value, most, now)
        attempt = new_id()
        await DB.execute(
            "INSERT INTO sign_in_attempt (id, email, address, at, succeeded) VALUES ($1, $2, $3, $4, FALSE)",
            attempt, email, address, now,
        )  # fmt: skip
        return attempt


async def _refuse_too_many(column: str, value: str, most: int, now: datetime) -> None:
    """The oldest of the last `most` failures decides when the next try is heard. A success clears an account."""
    cleared = "AND at > COALESCE((SELECT max(at) FROM sign_in_attempt WHERE email = $1 AND succeeded), '-infinity')"
    oldest = await DB.fetchval(
        f"SELECT at FROM sign_in_attempt WHERE {column} = $1 AND at > $2 AND NOT succeeded"
        f" {cleared if column == 'email' else ''} ORDER BY at DESC OFFSET {most - 1} LIMIT 1",
        value, now - PERIOD,
    )  # fmt: skip
    if oldest is not None:
        raise TriedTooOften(max(1, int((oldest + PERIOD - now).total_seconds()) + 1))
