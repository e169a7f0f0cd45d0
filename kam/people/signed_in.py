"""The sessions this process knows, so that most requests need no query to learn who asks.

Kept only while the process listens for changes (PostgreSQL's NOTIFY on `people`); without a listener every request
asks the database. A sign-out, a new role or another team is therefore in force at once, in every process.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import datetime

from kam.database.engine import DB, Link
from kam.people.sessions import SignedIn, digest, find_signed_in

CHANNEL = "people"
KEPT_SECONDS = 60.0
MOST = 5000
_QUIET, _PATIENCE = 15.0, 5.0  # seconds after which a silent database is asked for a sign of life, and to wait for it


class SignedInHere:
    def __init__(self) -> None:
        self._known: dict[str, tuple[float, SignedIn]] = {}
        self.listening = False

    async def find(self, token: str, *, now: datetime) -> SignedIn | None:
        known = self._known.get(token)
        if known and self.listening and time.monotonic() < known[0] and now < known[1].expires_at:
            return known[1]
        found = await find_signed_in(digest(token), now=now)
        if found is None:
            self._known.pop(token, None)
        elif self.listening:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[token] = (time.monotonic() + KEPT_SECONDS, found)
        return found

    def forget(self) -> None:
        self._known.clear()

    async def listen(self) -> None:
        """Runs as long as the process; after a lost connection it forgets everything and connects again."""
        while True:
            with contextlib.suppress(Exception):
                await self._listen_once()
            self.listening = False
            self.forget()
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        async with DB.connection() as connection:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener(CHANNEL, self._told)
            self.forget()
            self.listening = True
            try:
                await _until(lost, connection)
            finally:
                if not connection.is_closed():
                    await connection.remove_listener(CHANNEL, self._told)

    def _told(self, *_notification: object) -> None:
        self.forget()


async def _until(lost: asyncio.Event, connection: Link) -> None:
    """Or until the database is silent: then nobody would ever tell us that the connection is gone."""
    while not lost.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_QUIET):
                await lost.wait()
                return
        try:
            await connection.execute("SELECT 1", timeout=_PATIENCE)
        except TimeoutError:
            connection.terminate()


SIGNED_IN = SignedInHere()


async def people_changed() -> None:
    """To be called in the transaction of whatever changes a session, a person, a team or an account team."""
    SIGNED_IN.forget()
    await DB.execute("SELECT pg_notify($1, '')", CHANNEL)
