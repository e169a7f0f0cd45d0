"""Whether the files that are kept are still those that were made."""

from __future__ import annotations

from collections.abc import AsyncIterator

from kam.database.engine import DB


async def faults() -> AsyncIterator[str]:
    rows = await DB.fetch(
        """
        SELECT name, made_at FROM document
        WHERE sha256 <> encode(sha256(content), 'hex') OR (content IS NULL) <> (cleared_at IS NOT NULL)
        ORDER BY made_at
        """
    )
    for row in rows:
        yield f"The file “{row['name']}” of {row['made_at']:%Y-%m-%d} is not the one that was made."
