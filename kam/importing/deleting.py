"""Deleting an upload with all that lies beside it: its failed rows and the work that was done on it.

What was imported stays. What waits to be read or is being read cannot be deleted.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.documents.clearing import clear
from kam.errors import Invalid, NotFound
from kam.importing.queries import NO_FAILED_ROWS, NO_SUCH_FILE
from kam.language import N_
from kam.people.viewer import Viewer

BEING_READ = N_("This file is being read. Wait until that has ended, or cancel it.")

_HOLD = "SELECT TRUE FROM import_file WHERE id = $1 AND uploaded_by = $2 FOR UPDATE"
# Of files that the transaction holds: who wants to start an import waits, and then finds no file.
REMOVE = """
WITH gone AS (
    DELETE FROM import_file file WHERE id = ANY($1::uuid[]) AND NOT EXISTS (
        SELECT FROM work WHERE work.id = file.work AND work.state IN ('waiting', 'running'))
    RETURNING id, work, uploaded_by
), rows AS (
    UPDATE document SET content = NULL, cleared_at = $2
    WHERE kind = 'failed_rows' AND content IS NOT NULL AND subject IN (SELECT id FROM gone)
), works AS (
    DELETE FROM work USING gone WHERE work.asked_by = gone.uploaded_by AND work.kind = 'import'
       AND work.input ->> 'file' = gone.id::text AND work.state NOT IN ('waiting', 'running')
) SELECT count(*) FROM gone
"""
_FAILED_ROWS = """
SELECT document.id FROM document JOIN import_file file ON file.id = document.subject
WHERE file.id = $1 AND file.uploaded_by = $2 AND document.kind = 'failed_rows' AND document.content IS NOT NULL
"""


async def delete(file: UUID, *, by: Viewer, now: datetime) -> None:
    """Only the person who uploaded it may. Raises Invalid while it is being read."""
    async with DB.transaction():
        if not await DB.fetchval(_HOLD, file, by.id):
            raise NotFound(NO_SUCH_FILE)
        if not await DB.fetchval(REMOVE, [file], now):
            raise Invalid({"": BEING_READ})


async def delete_failed_rows(file: UUID, *, by: Viewer, now: datetime) -> None:
    """The rows that were not imported, of every run over this upload."""
    documents = [row["id"] for row in await DB.fetch(_FAILED_ROWS, file, by.id)]
    if not await clear(documents, now=now):
        raise NotFound(NO_FAILED_ROWS)
