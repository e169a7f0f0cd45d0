"""The statements that read a page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kam.database.searching import unforeseen
from kam.web.list_paging import Order

STEPS = 3000  # rows looked at along the order before everything is looked up


@dataclass(frozen=True)
class Asked:
    """`place` holds the rows that come into question at this place of the order, `conditions` says which are wanted."""

    source: str
    key: str
    order: Order
    columns: str
    place: str
    conditions: str
    values: list[Any]
    searched: bool = False

    def near(self, limit: int) -> str:
        """Wanted rows among the next ones of the order. Bounded: names come in clumps, and a permission may leave few,
        so that a walk until the page is full could go through all rows there are. A search looks at many rows for one
        that it finds, and therefore finds them before it looks up what stands in other tables."""
        if not self.searched:
            return (
                f"SELECT * FROM ({self._shown()}, ({self.conditions}) AS wanted FROM {self.source}"
                f" WHERE {self.place} ORDER BY {self.order.sql} LIMIT {STEPS}) near WHERE wanted LIMIT {limit}"
            )
        return f"""
            WITH near AS MATERIALIZED ({self._near()}),
                 first AS MATERIALIZED (SELECT id FROM near WHERE wanted LIMIT {limit})
            {self._page_of("first")}
        """

    def following(self, best: Asked, limit: int) -> str:
        """The rows of `best`, as far along its order as it takes, and after them those near; `_best` tells them apart.

        Nothing near is looked at where the best fill the page.
        """
        return f"""
            WITH best AS MATERIALIZED ({best._along(limit)}), near AS MATERIALIZED ({self._near()}),
            first AS MATERIALIZED (
                SELECT id, is_best, row_number() OVER () AS number FROM (
                    SELECT id, TRUE AS is_best FROM best UNION ALL SELECT id, FALSE FROM near WHERE wanted LIMIT {limit}
                ) found
            )
            SELECT {self.key} AS id, {self.columns}, {self.order.tie} AS _tie, first.is_best AS _best,
                   CASE WHEN first.is_best THEN ({best.order.by})::text ELSE ({self.order.by})::text END AS _sort
            FROM {self.source} JOIN first ON first.id = {self.key} ORDER BY first.number
        """

    def every(self, limit: int) -> str:
        """All rows that are wanted, sorted, and cut to a page before other tables are looked up for it."""
        return f"""
            WITH found AS MATERIALIZED (
                SELECT {self.key} AS id, {self.order.by} AS sort, {self.order.tie} AS tie
                FROM {self.source} WHERE {self.place} AND {self.conditions}
            ), first AS MATERIALIZED (SELECT id FROM found ORDER BY {self.order.named("sort", "tie")} LIMIT {limit})
            {self._page_of("first")}
        """

    def straight(self, limit: int, *, trusting: bool) -> str:
        """Wanted rows along the order, as far as it takes.

        `trusting` leaves it to the planner whether it walks or looks everything up.
        """
        return f"WITH first AS MATERIALIZED ({self._along(limit, trusting=trusting)}) {self._page_of('first')}"

    def _along(self, limit: int, *, trusting: bool = False) -> str:
        wanted = self.conditions if trusting else unforeseen(self.conditions)
        return (
            f"SELECT {self.key} AS id FROM {self.source} WHERE {self.place} AND {wanted}"
            f" ORDER BY {self.order.sql} LIMIT {limit}"
        )

    def _near(self) -> str:
        return (
            f"SELECT {self.key} AS id, ({self.conditions}) AS wanted"
            f" FROM {self.source} WHERE {self.place} ORDER BY {self.order.sql} LIMIT {STEPS}"
        )

    def _page_of(self, ids: str) -> str:
        return f"{self._shown()} FROM {self.source} JOIN {ids} ON {ids}.id = {self.key} ORDER BY {self.order.sql}"

    def _shown(self) -> str:
        return f"SELECT {self.key} AS id, {self.columns}, ({self.order.by})::text AS _sort, {self.order.tie} AS _tie"
