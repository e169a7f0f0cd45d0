"""Which accounts a browser is known to: those it signed in to since their password was set.

The browser keeps a note for each of them, signed with a secret of the service, so that one is recognised without asking
the database, and nobody can make one up. It says when the browser last signed in, and is written anew each time.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kam.database.engine import DB

LIFETIME = timedelta(days=400)  # as long as browsers keep a cookie
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST = 8  # people at one browser


@dataclass(frozen=True, slots=True)
class Known:
    """A browser as one account knows it: what it is called, and when it last signed in."""

    name: str
    at: datetime


async def known_to(account: str, cookie: str, *, now: datetime) -> Known | None:
    """What the browser with this cookie is to the account (an e-mail address in small letters)."""
    for note in cookie.split("~")[:MOST]:
        name, _, rest = note.partition(".")
        stamp, _, mac = rest.partition(".")  # microseconds
        if mac and hmac.compare_digest(mac.encode(), (await _mac(account, name, stamp)).encode()):
            at = _EPOCH + timedelta(microseconds=int(stamp))
            return Known(name, at) if at > now - LIFETIME else None
    return None


async def made_known(account: str, cookie: str, *, now: datetime) -> str:
    """The cookie with a new note for this account, in place of the one it had."""
    kept = [note for note in cookie.split("~")[:MOST] if note and await known_to(account, note, now=now) is None]
    name, stamp = secrets.token_urlsafe(9), str((now - _EPOCH) // timedelta(microseconds=1))
    return "~".join([f"{name}.{stamp}.{await _mac(account, name, stamp)}", *kept][:MOST])


async def _mac(account: str, name: str, stamp: str) -> str:
    words = "\0".join((account, name, stamp)).encode()
    return urlsafe_b64encode(hmac.digest(await _secret(), words, "sha256")[:18]).decode()


_SECRET: list[bytes] = []


async def _secret() -> bytes:
    """Read once by each process; it never changes."""
    if not _SECRET:
        _SECRET.append(await DB.fetchval("SELECT value FROM secret WHERE name = 'browsers'"))
    return _SECRET[0]
