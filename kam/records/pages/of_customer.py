"""The records of a customer, of every kind: how many there are, and the newest of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.customers.overview import heading
from kam.database.engine import DB
from kam.records import catalogue
from kam.records.kind import Kind
from kam.records.sharing import linked_by
from kam.web.page import page

FEW = 5
# One statement, however many kinds there are; whoever asks has found the customer on behalf of the viewer.
_NEWEST = """
SELECT * FROM (
    SELECT record.id, kind, number, title, state, person.name AS owner_name,
           count(*) OVER kinds AS many, row_number() OVER (kinds ORDER BY record.id DESC) AS place
    FROM record LEFT JOIN person ON person.id = record.owner
    WHERE customer = $1 AND deleted_at IS NULL AND kind = ANY($2) WINDOW kinds AS (PARTITION BY kind)
) newest WHERE place <= $3 ORDER BY kind, place
"""


@get("/customers/{customer:uuid}/records")
async def of_customer(request: Request[Any, Any, Any], customer: UUID) -> Response[Any]:
    shown = await heading(request.user, customer)
    kinds = [kind for kind in catalogue.of_customers() if linked_by(kind) is None]
    rows = await DB.fetch(_NEWEST, customer, [kind.name for kind in kinds], FEW)
    return page(
        request, "records/of_customer.html", customer=shown, tab="records",
        sections=[(kind, found, _many(found)) for kind, found in ((kind, _of(rows, kind)) for kind in kinds)],
    )  # fmt: skip


def _of(rows: list[Any], kind: Kind) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["kind"] == kind.name]


def _many(found: list[Mapping[str, Any]]) -> int:
    return found[0]["many"] if found else 0


ROUTES = [of_customer]
