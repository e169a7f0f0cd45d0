"""Reading the rows of a page, and how many there are, with as little looking as it takes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kam.database.engine import DB
from kam.database.searching import begins
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.web.list_paging import Cursor, Order, order_of
from kam.web.list_select import Asked
from kam.web.list_state import Listing

if TYPE_CHECKING:
    from kam.web.lists import ListOf

COUNTED = 1000
_KEPT_SECONDS = 60.0
_MANY: dict[tuple[str, str, str], float] = {}  # what was found to be more than a thousand, and until when that is taken


@dataclass(frozen=True)
class Part:
    """One stretch of a list's order; a list has one, or two where what fits best comes first.

    `best` says whether it holds the rows that begin with the text (True), the others (False), or all (None).
    """

    order: Order
    best: bool | None = None


@dataclass(frozen=True)
class Reading:
    """`where` narrows the list further, with placeholders `{0}`, `{1}` … for `values`."""

    of: ListOf
    viewer: Viewer
    listing: Listing
    where: str = ""
    values: Sequence[Any] = ()

    async def page(self, cursor: Cursor | None, backwards: bool, limit: int) -> list[Any]:
        parts = self._parts(cursor, backwards)
        if len(parts) == 2 and not backwards:
            return await self._both(parts[0][1], parts[0][0], parts[1][0], limit)
        rows: list[Any] = []
        for part, start in parts:
            rows += await self._rows(part, start, limit - len(rows))
            if len(rows) == limit:
                break
        return rows

    async def _rows(self, part: Part, cursor: Cursor | None, limit: int) -> list[Any]:
        """A page is usually full after some steps along the order of the list, whatever is asked for; only when it is
        not, all rows asked for are looked up and sorted, by a plan made for just these values."""
        asked = self._asked(part, cursor, Params())
        if part.best:
            return await DB.fetch(asked.straight(limit, trusting=False), *asked.values)
        rows = await DB.fetch(asked.near(limit), *asked.values)
        if len(rows) == limit:
            return rows
        everything = asked.every(limit) if part.best is None else asked.straight(limit, trusting=True)
        return await DB.fetch_planned(everything, *asked.values)

    async def _both(self, start: Cursor | None, best: Part, rest: Part, limit: int) -> list[Any]:
        """What begins with the text and what follows it, in one statement; where the page is not full, the rest is
        looked up as `_rows` does."""
        params = Params()
        first, second = self._asked(best, start, params), self._asked(rest, None, params)
        rows = await DB.fetch(second.following(first, limit), *params.values)
        if len(rows) == limit:
            return rows
        found = [row for row in rows if row["_best"]]
        asked = self._asked(rest, None, Params())
        return found + await DB.fetch_planned(asked.straight(limit - len(found), trusting=True), *asked.values)

    async def batch(self, cursor: Cursor | None, size: int) -> list[Any]:
        """The next rows for a file, which is sorted by a column even where the page shows first what fits best."""
        asked = self._asked(Part(self._sorted()), cursor, Params())
        return await DB.fetch(asked.every(size), *asked.values)

    async def count(self) -> tuple[int, bool]:
        """(rows, whether there are more): exact up to a thousand; that there are more is believed for a minute."""
        params = Params()
        wanted = self._wanted(params)
        known = (self.of.name, wanted, repr(params.values))
        if _MANY.get(known, 0.0) > time.monotonic():
            return COUNTED, True
        counted = f"SELECT 1 FROM {self.of.source} WHERE {wanted} LIMIT {COUNTED + 1}"
        count = await DB.fetchval(f"SELECT count(*) FROM ({counted}) counted", *params.values)
        if count > COUNTED:
            if len(_MANY) > 2000:
                _MANY.clear()
            _MANY[known] = time.monotonic() + _KEPT_SECONDS
        return min(count, COUNTED), count > COUNTED

    def _parts(self, cursor: Cursor | None, backwards: bool) -> list[tuple[Part, Cursor | None]]:
        """The parts to be read from the cursor on, each with the cursor it begins at."""
        if not self.listing.best_first:
            return [(Part(replace(self._sorted(), backwards=backwards)), cursor)]
        begins = self.of.beginning_column
        best = Part(order_of(begins, self.of.key, descending=False, backwards=backwards), best=True)
        newest = Order(self.of.key, self.of.key, "uuid", descending=True, backwards=backwards)
        parts = [best, Part(newest, best=False)]
        at = 1 if cursor and cursor.value == str(cursor.key) else 0  # the newest are sorted by their key alone
        left = parts[at::-1] if backwards else parts[at:]
        return [(part, None if place else cursor) for place, part in enumerate(left)]

    def _sorted(self) -> Order:
        column, descending = self.listing.sorted_by
        return order_of(column, self.of.key, descending=descending)

    def _asked(self, part: Part, cursor: Cursor | None, params: Params) -> Asked:
        order, column = part.order, self.listing.sorted_by[0]
        place = [self.of.always, f"{column.tie} IS NOT NULL" if column.tie and part.best is None else ""]
        place.append(self._begins(params) if part.best else "")
        place.append(order.beyond(cursor, params) if cursor else "")
        conditions = [self._wanted(params), f"NOT {self._begins(params)}" if part.best is False else ""]
        columns = [f'{one.sql} AS "{one.name}"' for one in self.listing.columns]
        columns += [f'{sql} AS "{name}"' for name, sql in self.of.extras.items()]
        return Asked(
            self.of.source, self.of.key, order, ", ".join(columns), " AND ".join(filter(None, place)),
            " AND ".join(filter(None, conditions)), params.values, searched=bool(self.of.search),
        )  # fmt: skip

    def _wanted(self, params: Params) -> str:
        wanted = self.of.where_of(self.viewer, self.listing.query, params)
        if not self.where:
            return wanted
        return f"{wanted} AND {self.where.format(*[params(value) for value in self.values])}"

    def _begins(self, params: Params) -> str:
        return begins(params, self.listing.search[:200], self.of.beginning_column.order)
