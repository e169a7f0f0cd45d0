"""Signing in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people import attempts, guessing, hashing
from kam.people.attempts import Strange
from kam.people.browsers import Known, known_to, made_known
from kam.people.sessions import digest, open_session
from kam.people.signed_in import people_changed


@dataclass(frozen=True, slots=True)
class Entered:
    """The secrets for two cookies, of the session and of the browser, and what the person is to be told."""

    session: str
    browser: str
    language: str
    strange: Strange


@dataclass(frozen=True, slots=True)
class _Try:
    """Who wants in, from where. `known` is what the browser is to the account."""

    account: str
    address: str
    agent: str
    cookie: str
    now: datetime
    known: Known | None = None

    def counters(self) -> list[guessing.Counter]:
        if self.known:
            return guessing.by_browser(self.account, self.known.name)
        return guessing.by_stranger(self.account, self.address)

    async def note(self, *, succeeded: bool) -> None:
        await attempts.note(
            self.account,
            address=self.address,
            agent=self.agent,
            now=self.now,
            succeeded=succeeded,
            new_browser=self.known is None,
        )


async def sign_in(email: str, password: str, *, address: str, agent: str, now: datetime, browser: str = "") -> Entered:
    """Opens a session. `browser` is the browser's own cookie. Raises Invalid for a wrong pair, without saying which
    half, TriedTooOften, or Busy. Until the pair is right, the same is done whether or not there is such a person.
    """
    account = email.strip().lower()[:320]
    known = await known_to(account, browser, now=now)
    if known is None:
        guessing.refuse_early(guessing.by_stranger(account, address), now=now)
    queue = hashing.KNOWN if known else hashing.STRANGERS
    with queue.place():
        person = await DB.fetchrow(_PERSON, account)
        wanted = _Try(account, address, agent, browser, now, _still(known, person))
        await guessing.count(wanted.counters(), now=now)
        stored = person["password_hash"] if person else None
        right = await queue.run(hashing.verify_now, password, stored)
    entered = await _enter(wanted, person) if right and person else None
    if entered is None:
        await wanted.note(succeeded=False)
        raise Invalid({"password": N_("This e-mail address and password do not belong together.")})
    return entered


_PERSON = "SELECT id, password_hash, password_set_at, language FROM person WHERE lower(email) = $1 AND active"
_SAME = "SELECT 1 FROM person WHERE id = $1 AND active AND password_hash = $2 FOR SHARE"


def _still(known: Known | None, person: Mapping[str, Any] | None) -> Known | None:
    """A browser is known only as long as the password is the one that it came in with."""
    if known is None or person is None or (person["password_set_at"] or known.at) > known.at:
        return None
    return known


async def _enter(wanted: _Try, person: Mapping[str, Any]) -> Entered | None:
    """None if the person got another password, or was let go, while this one was looked at."""
    now, since = wanted.now, wanted.known.at if wanted.known else None
    async with DB.transaction():
        if not await DB.fetchval(_SAME, person["id"], person["password_hash"]):
            return None
        strange = await attempts.strange(wanted.account, since=since, now=now)
        await wanted.note(succeeded=True)
        session = await open_session(person["id"], now=now, agent=wanted.agent, address=wanted.address)
    await guessing.give_back(wanted.counters(), now=now)
    browser = await made_known(wanted.account, wanted.cookie, now=now)
    return Entered(session, browser, person["language"], strange)


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
