"""Uploaded files of one person, and what became of them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer

NO_SUCH_FILE = N_("There is no such file, or somebody else uploaded it.")
NO_FAILED_ROWS = N_("There is no file of failed rows: every row was imported, or the file is no longer kept.")
_SHOWN = 100

_FIND = """
SELECT id, kind, name, options, mapping, first, work, uploaded_by, uploaded_at
  FROM import_file WHERE id = $1 AND uploaded_by = $2
"""

# No length of a content is read from more than its head.
_RECENT = """
SELECT f.id, f.kind, f.name, f.uploaded_at, w.state, w.result, octet_length(f.content) + coalesce((
       SELECT sum(octet_length(d.content)) FROM document d WHERE d.subject = f.id AND d.kind = 'failed_rows'
       ), 0) AS size
  FROM import_file f LEFT JOIN work w ON w.id = f.work
 WHERE f.uploaded_by = $1 ORDER BY f.uploaded_at DESC LIMIT $2
"""


async def find(viewer: Viewer, file: UUID) -> dict[str, Any]:
    """The file without its content; only the person who uploaded it may see it."""
    row = await DB.fetchrow(_FIND, file, viewer.id)
    if row is None:
        raise NotFound(NO_SUCH_FILE)
    return dict(row) | {name: json.loads(row[name] or "null") for name in ("options", "mapping", "first")}


async def content_of(viewer: Viewer, file: UUID) -> bytes:
    content = await DB.fetchval("SELECT content FROM import_file WHERE id = $1 AND uploaded_by = $2", file, viewer.id)
    if content is None:
        raise NotFound(NO_SUCH_FILE)
    return bytes(content)


async def work_of(file: dict[str, Any]) -> dict[str, Any] | None:
    """The last run over the file, with its report in `result`, and whether its failed rows are still kept."""
    row = await DB.fetchrow(
        "SELECT work.*, document.content IS NOT NULL AS has_failed_rows FROM work "
        "LEFT JOIN document ON document.id = work.document WHERE work.id = $1",
        file["work"],
    )
    return dict(row) | {"result": json.loads(row["result"] or "{}")} if row else None


async def recent(viewer: Viewer) -> list[dict[str, Any]]:
    """The newest of the viewer's files, with what they hold in bytes, the failed rows of each included."""
    rows = await DB.fetch(_RECENT, viewer.id, _SHOWN)
    return [dict(row) | {"result": json.loads(row["result"] or "{}")} for row in rows]


async def failed_rows(viewer: Viewer, file: UUID) -> tuple[str, bytes]:
    """Name and content of the file of rows that were not imported."""
    row = await DB.fetchrow(
        "SELECT d.name, d.content FROM import_file f JOIN work w ON w.id = f.work JOIN document d ON d.id = w.document "
        "WHERE f.id = $1 AND f.uploaded_by = $2 AND d.content IS NOT NULL",
        file,
        viewer.id,
    )
    if row is None:
        raise NotFound(NO_FAILED_ROWS)
    return row["name"], row["content"]
