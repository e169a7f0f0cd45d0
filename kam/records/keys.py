"""The key that one showing of a form carries, so that the form sent twice makes one record.

A key belongs to whoever got the form. The same content under it answers with the record that it made before; other
content, as when somebody goes back and changes what they typed, makes a record of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.records.recording import plain

# A form that was left open for longer than this and is sent a second time then makes a second record.
REMEMBERED = timedelta(days=7)

# Who comes second at the same moment waits here until the first has committed, and then finds its record.
_TAKE = """
INSERT INTO submission (person, key, digest, record, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person, key, digest) DO NOTHING RETURNING record
"""
_MADE = "SELECT record FROM submission WHERE person = $1 AND key = $2 AND digest = $3"


async def made_before(key: str, said: Mapping[str, Any], record: UUID, *, by: UUID, now: datetime) -> UUID | None:
    """None if `record` is the first of this key and content; else the one that was. Within the transaction that makes
    it."""
    digest = digest_of(said)
    if await DB.fetchval(_TAKE, by, key[:80], digest, record, now):
        return None
    return await made_of(key, digest, by=by)


async def made_of(key: str, digest: bytes, *, by: UUID) -> UUID:
    made: UUID = await DB.fetchval(_MADE, by, key[:80], digest)
    return made


def digest_of(said: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(said, default=plain, sort_keys=True).encode()).digest()


# The same as a part of the statement that makes it: the moment is $1, who it is $2.
TAKEN = """
taken AS (
    INSERT INTO submission (person, key, digest, record, at) VALUES ($2, $4, $5, $6, $1)
    ON CONFLICT (person, key, digest) DO NOTHING RETURNING record
)"""


async def made_with(key: str, *, by: UUID) -> set[UUID]:
    """Whatever this showing of a form has made."""
    rows = await DB.fetch("SELECT record FROM submission WHERE person = $1 AND key = $2", by, key[:80])
    return {row["record"] for row in rows}


async def forget_old(now: datetime) -> None:
    await DB.execute("DELETE FROM submission WHERE at < $1", now - REMEMBERED)
