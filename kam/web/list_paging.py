"""Keyset paging: a page begins after the last row of the one before, so rows added meanwhile shift nothing."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from kam.database.sql import Params
from kam.web.list_columns import Column


@dataclass(frozen=True)
class Cursor:
    """The sort value (as text, None for null) and key of a row."""

    value: str | None
    key: UUID

    def __str__(self) -> str:
        return urlsafe_b64encode(json.dumps([self.value, str(self.key)]).encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """None for a text that is no cursor of ours: the list then begins at its first page."""
    try:
        value, key = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Cursor(None if value is None else str(value), UUID(key))
    except (ValueError, TypeError, AttributeError):
        return None


def order_by(column: Column, tie: str, *, descending: bool, backwards: bool) -> str:
    direction = "DESC" if descending != backwards else "ASC"
    nulls = f" NULLS {'FIRST' if backwards else 'LAST'}" if column.nullable else ""
    return f"{column.sql} {direction}{nulls}, {tie} {direction}"


def beyond(cursor: Cursor, column: Column, tie: str, params: Params, *, descending: bool, backwards: bool) -> str:
    """The rows after the cursor in the list's order, or before it when going backwards. Nulls stand last."""
    than = "<" if descending != backwards else ">"
    key = params(cursor.key)
    if cursor.value is None:
        same = f"({column.sql} IS NULL AND {tie} {than} {key})"
        return f"({same} OR {column.sql} IS NOT NULL)" if backwards else same
    # A moment shown as a date is still sorted by the moment.
    cast = "timestamptz" if column.cast == "date" and len(cursor.value) > 10 else column.cast
    value = f"{params(cursor.value)}::text::{cast}"
    after = f"({column.sql}, {tie}) {than} ({value}, {key})"
    return f"({after} OR {column.sql} IS NULL)" if column.nullable and not backwards else after
