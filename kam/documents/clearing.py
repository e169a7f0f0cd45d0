"""Giving up what files hold. That each was made, when and with which hash stays: the history is sealed over it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from kam.database.engine import DB

CLEAR = """
WITH cleared AS (
    UPDATE document SET content = NULL, cleared_at = $2 WHERE id = ANY($1::uuid[]) AND content IS NOT NULL RETURNING id
) SELECT count(*) FROM cleared
"""


async def clear(documents: Collection[UUID], *, now: datetime) -> int:
    """How many of them held something."""
    return int(await DB.fetchval(CLEAR, list(documents), now))
