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


@dataclass(frozen=True)
class Order:
    """What a list is sorted by, in the direction it is read: going back, everything is turned round.

    `by` is the SQL that is sorted, `cast` what a cursor's text is read back as, `tie` the key that sorts equal ones.
    A list sorted by its key alone has the same in both.
    """

    by: str
    tie: str
    cast: str
    descending: bool
    nullable: bool = False
    backwards: bool = False

    @property
    def sql(self) -> str:
        return self.named(self.by, self.tie)

    def named(self, by: str, tie: str) -> str:
        direction = "DESC" if self.descending != self.backwards else "ASC"
        nulls = f" NULLS {'FIRST' if self.backwards else 'LAST'}" if self.nullable else ""
        return f"{by} {direction}{nulls}, {tie} {direction}" if self.by != self.tie else f"{tie} {direction}"

    def beyond(self, cursor: Cursor, params: Params) -> str:
        """The rows after the cursor in the list's order, or before it when going backwards. Nulls stand last."""
        than = "<" if self.descending != self.backwards else ">"
        key = params(cursor.key)
        if self.by == self.tie:
            return f"{self.tie} {than} {key}"
        if cursor.value is None:
            same = f"({self.by} IS NULL AND {self.tie} {than} {key})"
            return f"({same} OR {self.by} IS NOT NULL)" if self.backwards else same
        # A moment shown as a date is still sorted by the moment.
        cast = "timestamptz" if self.cast == "date" and len(cursor.value) > 10 else self.cast
        value = f"{params(cursor.value)}::text::{cast}"
        after = f"({self.by}, {self.tie}) {than} ({value}, {key})"
        return f"({after} OR {self.by} IS NULL)" if self.nullable and not self.backwards else after


def order_of(column: Column, key: str, *, descending: bool, backwards: bool = False) -> Order:
    return Order(column.order or column.sql, column.tie or key, column.cast, descending, column.nullable, backwards)
