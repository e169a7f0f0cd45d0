"""Finding files on behalf of somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NoLongerKept, NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer

NO_SUCH_DOCUMENT = N_("There is no such document, or it is about a customer whom you do not see.")
NO_LONGER_KEPT = N_("This file is no longer kept. The PDF of a plan can be made again on the page of the plan.")


async def find(viewer: Viewer, document: UUID) -> Mapping[str, Any]:
    """The file with its content, if its customer is one the viewer sees, or if it has none and the viewer made it.

    Raises NoLongerKept if what it held was given up.
    """
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
    if row["content"] is None:
        raise NoLongerKept(NO_LONGER_KEPT)
    return row
