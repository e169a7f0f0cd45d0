"""Finding customers on behalf of somebody; whoever may not see one is told that there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.folding import folded
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer

NO_SUCH_CUSTOMER = N_("There is no such customer, or it belongs to a team whose customers you do not see.")

Row = Mapping[str, Any]


async def locked(viewer: Viewer, customer: UUID, *, deleted: bool = False) -> Row:
    """The customer's columns, held for us until the transaction ends."""
    params = Params(customer)
    sees = sees_customer(viewer, params)
    row = await DB.fetchrow(
        f"SELECT * FROM customer WHERE id = $1 AND {alive(deleted)} AND {sees} FOR NO KEY UPDATE", *params.values
    )
    return found(row)


async def require_visible(viewer: Viewer, customer: UUID) -> None:
    """Raises NotFound unless the viewer sees the customer."""
    params = Params(customer)
    sees = sees_customer(viewer, params)
    found(await DB.fetchrow(f"SELECT id FROM customer WHERE id = $1 AND {alive()} AND {sees}", *params.values))


async def similar(viewer: Viewer, name: str, *, but: UUID | None = None) -> list[Row]:
    """Up to five visible customers that may be the one meant by `name`, the likeliest first."""
    if len(name.strip()) < 2:
        return []
    params = Params(folded(name.strip()), but)
    sees = sees_customer(viewer, params)
    return await DB.fetch(
        f"""
        SELECT id, code, name, name_zh, city, word_similarity($1, search_text) AS likeness
        FROM customer
        WHERE ($1 <% search_text OR (han_grams($1) <> '{{}}' AND search_grams @> han_grams($1)))
          AND id IS DISTINCT FROM $2::uuid AND {alive()} AND {sees}
        ORDER BY likeness DESC, sort_name LIMIT 5
        """,
        *params.values,
    )


async def same_name(viewer: Viewer, *names: str) -> list[Row]:
    """Visible customers whose name is the same but for case, spaces, punctuation and the legal form."""
    wanted = [name for name in names if name.strip()]
    params = Params(wanted)
    sees, keys = sees_customer(viewer, params), "ANY(ARRAY(SELECT name_key(n) FROM unnest($1::text[]) n))"
    # Apart, or the planner would walk along all names in their order to find the first five that are the same.
    return await DB.fetch(
        f"""
        WITH same AS MATERIALIZED (
            SELECT id, code, name, name_zh, city, sort_name FROM customer
            WHERE (name_key(name) = {keys} OR (name_zh <> '' AND name_key(name_zh) = {keys})) AND {alive()} AND {sees}
        )
        SELECT * FROM same ORDER BY sort_name LIMIT 5
        """,
        *params.values,
    )


def parent_seen(viewer: Viewer, params: Params) -> str:
    """The condition that joins `parent`: not even the name of a company is told to who may not see it."""
    return f"parent.id = customer.parent AND parent.deleted_at IS NULL AND {sees_customer(viewer, params, 'parent')}"


def alive(deleted: bool = False) -> str:
    return "customer.deleted_at IS NOT NULL" if deleted else "customer.deleted_at IS NULL"


def found(row: Row | None) -> Row:
    if row is None:
        raise NotFound(NO_SUCH_CUSTOMER)
    return row
