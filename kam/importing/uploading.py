"""Keeping an uploaded file until it is imported, with what was found out about it and what its owner decided."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.importing import apart, kinds, seen
from kam.importing.reading import Opened
from kam.importing.source import Source
from kam.language import N_
from kam.people.viewer import Viewer

LARGEST = 100 * 1024 * 1024
TOO_LARGE = N_("The file is larger than 100 MB. Compress it with gzip, split it, or use the command `kam import`.")

# Of one person's files one is read at a time, so that many that take long keep nobody else waiting.
_TURNS: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

_KEEP = """
INSERT INTO import_file (id, kind, name, content, options, mapping, uploaded_by, uploaded_at, first)
VALUES ($1, $2, $3, $4, $5::text::jsonb, $6::text::jsonb, $7, $8, $9::text::jsonb)
"""

# The choice made for the last file with the same header.
_REMEMBERED = """
SELECT mapping, options FROM import_file
WHERE uploaded_by = $1 AND kind = $2 AND options->'header' = $3::text::jsonb AND work IS NOT NULL
ORDER BY uploaded_at DESC LIMIT 1
"""


async def upload(kind: str, name: str, content: bytes, *, by: Viewer, now: datetime) -> UUID:
    """Keeps the file with a guess of its layout and columns; raises Invalid if it cannot be read."""
    by.require("import")
    if len(content) > LARGEST:
        raise Invalid({"file": TOO_LARGE})
    async with _TURNS.setdefault(by.id, asyncio.Lock()):
        opened, columns = await apart.guess(Source(name, content), kinds.sent(kinds.every()[kind]))
    settings: Mapping[str, Any] = {"currency": "EUR", "team": str(by.teams[0]) if by.teams else ""}
    remembered = await DB.fetchrow(_REMEMBERED, by.id, kind, json.dumps(opened.header))
    if remembered:
        columns, settings = json.loads(remembered["mapping"]), json.loads(remembered["options"])["settings"]
    file = new_id()
    options = _options(opened, settings)
    first = seen.kept(opened)
    await DB.execute(_KEEP, file, kind, name[:300], content, options, json.dumps(columns), by.id, now, first)
    return file


async def decide(
    file: UUID, opened: Opened, columns: Mapping[str, int], settings: Mapping[str, Any], *, by: Viewer
) -> None:
    """Remembers how its owner wants the file read."""
    await DB.execute(
        "UPDATE import_file SET options = $2::text::jsonb, mapping = $3::text::jsonb, "
        "first = $5::text::jsonb WHERE id = $1 AND uploaded_by = $4",
        file,
        _options(opened, settings),
        json.dumps(dict(columns)),
        by.id,
        seen.kept(opened),
    )


def _options(opened: Opened, settings: Mapping[str, Any]) -> str:
    return json.dumps(
        {"layout": opened.layout.stored(), "header": opened.header, "rows": opened.rows, "settings": dict(settings)}
    )
