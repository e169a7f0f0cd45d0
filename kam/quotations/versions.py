"""The versions of a quotation that were sent: what stood in each, by whom it was sent, and what each changed."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import NotFound
from kam.language import N_

NO_VERSION = N_("There is no such version of this quotation.")

_SENT = """
SELECT v.number, v.sent_at, v.content::text AS content, sender.name AS sent_by_name, owner.name AS owner_name
FROM quotation_version v
LEFT JOIN person sender ON sender.id = v.sent_by
LEFT JOIN person owner ON owner.id = (v.content ->> 'owner')::uuid
WHERE v.quotation = $1 ORDER BY v.number DESC
"""
# As rows of the tables, so that what is kept is told like what stands there now.
_AS_KEPT = """
SELECT kept.*, owner.name AS owner_name
FROM quotation_version v
CROSS JOIN LATERAL jsonb_populate_record(NULL::quotation, v.content) kept
LEFT JOIN person owner ON owner.id = kept.owner
WHERE v.quotation = $1 AND v.number = $2
"""
_LINES_AS_KEPT = """
SELECT line.* FROM quotation_version v
CROSS JOIN LATERAL jsonb_populate_recordset(NULL::quotation_line, v.content -> 'lines') WITH ORDINALITY line
WHERE v.quotation = $1 AND v.number = $2 ORDER BY line.ordinality
"""


async def sent(quotation: UUID) -> list[dict[str, Any]]:
    """The newest first, each with its content as JSON."""
    return [{**row, "content": json.loads(row["content"])} for row in await DB.fetch(_SENT, quotation)]


async def as_kept(quotation: UUID, number: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What stood in the version, and its lines. Raises NotFound."""
    kept = await DB.fetchrow(_AS_KEPT, quotation, number)
    if kept is None:
        raise NotFound(NO_VERSION)
    return dict(kept), [dict(row) for row in await DB.fetch(_LINES_AS_KEPT, quotation, number)]
