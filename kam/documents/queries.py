"""Finding files on behalf of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer

NO_SUCH_DOCUMENT = N_("There is no such document, or it is about a customer whom you do not see.")


async def find(viewer: Viewer, document: UUID) -> Mapping[str, Any]:
    """The file with its content, if its customer is one the viewer sees, or if it has none and the viewer made it."""
    params = Params(document, viewer.id)
    sees = sees_customer(viewer, params)
    row: Mapping[str, Any] | None = await DB.fetchrow(
        f"""
        SELECT document.* FROM document LEFT JOIN customer ON customer.id = document.customer
        WHERE document.id = $1
          AND ((document.customer IS NULL AND document.made_by = $2) OR (customer.id IS NOT NULL AND {sees}))
        """,
        *params.values,
    )
    if row is None:
        raise NotFound(NO_SUCH_DOCUMENT)
    return row
