"""Who is signed in where. The browser holds a secret; the database only its SHA-256."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.people.viewer import Viewer

LIFETIME = timedelta(days=14)


@dataclass(slots=True)
class SignedIn:
    """One session: its viewer, when it was last noted as used, whether the password is only a temporary one, the views
    they saved (list -> (id, name, query)), and what the page base keeps for it as long as nothing about people changes
    (`choices`).
    """

    viewer: Viewer
    token_hash: bytes
    seen_at: datetime
    expires_at: datetime
    temporary: bool = False
    views: Mapping[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    choices: dict[Any, Any] = field(default_factory=dict)


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def open_session(person: UUID, *, now: datetime, agent: str = "", address: str = "") -> str:
    """A new session; gives the secret for the cookie, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    await DB.execute(
        "INSERT INTO session (token_hash, person, created_at, seen_at, expires_at, agent, address)"
        " VALUES ($1, $2, $3, $3, $4, $5, $6)",
        digest(token), person, now, now + LIFETIME, agent[:400], address[:60],
    )  # fmt: skip
    return token


# One statement for everything a request needs to know of the one who asks.
_SEEN_BY = """
WITH RECURSIVE mine AS ({mine}), below AS (
    SELECT membership.team AS id FROM membership JOIN mine ON mine.id = membership.person
    UNION
    SELECT team.id FROM team JOIN below ON team.parent = below.id
)
SELECT mine.*,
       ARRAY(SELECT id FROM below) AS teams,
       ARRAY(SELECT customer FROM account_member
              WHERE person = mine.id AND (until IS NULL OR until >= $2::timestamptz::date)) AS accounts,
       (SELECT json_agg(json_build_array(list_name, id, name, query) ORDER BY lower(name))
          FROM saved_view WHERE person = mine.id) AS views
  FROM mine
"""
_SESSION = """
    SELECT person.id, person.name, person.role, person.language, person.theme, person.zone, person.seen_zone,
           session.seen_at, session.expires_at, person.password_temporary
      FROM session JOIN person ON person.id = session.person
     WHERE session.token_hash = $1 AND session.expires_at > $2 AND person.active
"""
_PERSON = """
    SELECT id, name, role, language, theme, zone, seen_zone FROM person
     WHERE id = $1 AND $2::timestamptz IS NOT NULL AND active
"""
_OF_SESSION = _SEEN_BY.format(mine=_SESSION)
_OF_PERSON = _SEEN_BY.format(mine=_PERSON)


async def find_signed_in(token_hash: bytes, *, now: datetime) -> SignedIn | None:
    """The session of this hash with its viewer, unless it has ended or the person was deactivated."""
    row = await DB.fetchrow(_OF_SESSION, token_hash, now)
    if row is None:
        return None
    return SignedIn(
        viewer=_viewer(row), token_hash=token_hash, seen_at=row["seen_at"], expires_at=row["expires_at"],
        temporary=row["password_temporary"], views=_views(row["views"]),
    )  # fmt: skip


async def viewer_of(person: UUID, *, now: datetime) -> Viewer | None:
    """The same viewer without a session, for jobs, the command line and tests."""
    row = await DB.fetchrow(_OF_PERSON, person, now)
    return _viewer(row) if row else None


def _viewer(row: Any) -> Viewer:
    return Viewer(
        id=row["id"], name=row["name"], role=row["role"], language=row["language"], theme=row["theme"],
        zone=row["zone"], seen_zone=row["seen_zone"], teams=tuple(row["teams"]), accounts=tuple(row["accounts"]),
    )  # fmt: skip


def _views(text: str | None) -> dict[str, list[tuple[str, str, str]]]:
    views: dict[str, list[tuple[str, str, str]]] = {}
    for list_name, key, name, query in json.loads(text or "[]"):
        views.setdefault(list_name, []).append((key, name, query))
    return views
