"""Customers as people type them: a code, a name or a part of it, or "code · name" as a field proposes them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kam.customers.queries import alive
from kam.database.engine import DB
from kam.database.searching import matches_customer
from kam.database.sql import Params
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer

BETWEEN = " · "
NOBODY_MEANT = N_("You see no customer of this code or name. Type its code, or a part of its name.")
SEVERAL_MEANT = N_("Several customers match this. Type the code, or choose one of those proposed.")


def named(code: str | None, name: str | None) -> str:
    """What a field shows for a customer; `meant` reads it back."""
    return f"{code}{BETWEEN}{name}" if code else ""


async def meant(viewer: Viewer, text: str, field: str) -> UUID | None:
    """The one visible customer that `text` means; nothing for no text. Raises Invalid at `field`."""
    text = text.strip()
    if not text:
        return None
    found = await _exactly(viewer, text) or await _about(viewer, text)
    if len(found) == 1:
        return found[0]
    raise Invalid({field: SEVERAL_MEANT if found else NOBODY_MEANT})


async def _exactly(viewer: Viewer, text: str) -> list[UUID]:
    """By id or by code, alone or before the name."""
    code = text.split(BETWEEN)[0].strip()
    params = Params([code, code.upper(), code.lower()], _id(text))
    sees = sees_customer(viewer, params)
    return _ids(
        await DB.fetch(
            f"SELECT id FROM customer WHERE (code = ANY($1) OR id = $2) AND {alive()} AND {sees} LIMIT 2",
            *params.values,
        )
    )


async def _about(viewer: Viewer, text: str) -> list[UUID]:
    params = Params(text.lower())
    sees = sees_customer(viewer, params)
    where = matches_customer(params, text)
    rows = await DB.fetch(
        f"""
        SELECT id, (lower(name) = $1 OR lower(name_zh) = $1) AS exact FROM customer
        WHERE {where} AND {alive()} AND {sees} ORDER BY exact DESC, name LIMIT 2
        """,
        *params.values,
    )
    whole = [row for row in rows if row["exact"]]
    return _ids(whole if len(whole) == 1 else rows)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _ids(rows: list[Any]) -> list[UUID]:
    return [row["id"] for row in rows]
