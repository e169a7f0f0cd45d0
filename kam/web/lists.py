"""One declaration of a list gives search, filters, sorting, paging, column choice, saved views and export.

All state is in the address. `notes` on speed: names and order in the SQL depend only on the columns, the sort and
which filters are set, so PostgreSQL plans each form once; a count beyond a thousand is not repeated for a minute.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from litestar import Request, Response
from litestar.response import Stream

from kam.database.sql import Params
from kam.language import gettext
from kam.people.viewer import Viewer
from kam.web.current import current
from kam.web.list_columns import Column, body
from kam.web.list_export import csv_lines, with_currencies, workbook
from kam.web.list_filters import Filter, Query, like
from kam.web.list_paging import Cursor, read_cursor
from kam.web.list_reading import Reading
from kam.web.list_state import Listing
from kam.web.page import page

__all__ = ["FILES", "Column", "Filter", "ListOf", "Listing"]

FILES = ("csv", "xlsx")
Scope = Callable[[Viewer, Params], str]
Search = Callable[[str, Params], str]
Expand = Callable[[Sequence[Any]], Awaitable[list[Any]]]


@dataclass(frozen=True)
class ListOf:
    """`source` is what stands after FROM, `key` the row's id, `always` a condition every row meets.

    `scope(viewer, params)` is the permission and not optional. `search` is a function of the text, or columns that are
    searched for it. `extras` are values rows need beside the columns. `sort` is a column's name, "-" in front for
    descending. `beginning` names a column: what is searched for shows first the rows whose value begins with the text,
    then the newest, until a sort is chosen. `bulk` is the address that ticked rows are sent to. `expanded` makes the
    rows of a file of those of the list; `parts` is the title of the parts with which there is such a file.
    """

    name: str
    title: str
    source: str
    key: str
    scope: Scope
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Search | Sequence[str] = ()
    extras: Mapping[str, str] = field(default_factory=dict)
    always: str = "TRUE"
    sort: str = ""
    size: int = 50
    beginning: str = ""
    bulk: str = ""
    expanded: Expand | None = None
    parts: str = ""

    @property
    def beginning_column(self) -> Column:
        return next(column for column in self.columns if column.name == self.beginning)

    async def respond(self, request: Request[Any, Any, Any], template: str, **extra: Any) -> Response[Any]:
        """The page with `list` in it, or the file that `?format=csv` or `xlsx` asks for."""
        wanted = request.query_params.get("format", "")
        if wanted in FILES:
            return await self.file(request, wanted)
        return page(request, template, list=await self.load(request), **extra)

    async def load(self, request: Request[Any, Any, Any], *, where: str = "", values: Sequence[Any] = ()) -> Listing:
        """The rows of the page that the address asks for, with everything the template shows around them.

        `where` narrows the list further, with placeholders `{0}`, `{1}` … for `values`.
        """
        listing = await self.controls(request)
        reading = Reading(self, request.user, listing, where, values)
        listing.rows, listing.before, listing.after = await self._page(listing, reading)
        listing.body = body(listing.rows, listing.columns, current().language, bulk=bool(self.bulk))
        paged = listing.before or listing.after or listing.cursor_after or listing.cursor_before
        listing.count, listing.more = await reading.count() if paged else (len(listing.rows), False)
        return listing

    async def controls(self, request: Request[Any, Any, Any]) -> Listing:
        """Search, filters and columns as the address has them, without rows: for a board or a matrix of the same."""
        query = parse_qs(request.scope["query_string"].decode("latin-1"), errors="replace")
        signed_in = current().signed_in
        listing = Listing(self.seen_by(request.user), query, request.scope["path"], current().language, request.user)
        listing.views = list(signed_in.views.get(self.name, ())) if signed_in else []
        for one in self.filters:
            if callable(one.choices):
                listing.loaded_choices[one.name], mark = await _choices(one.choices, request.user)
                listing.loaded_mark ^= mark
        return listing

    def seen_by(self, viewer: Viewer) -> ListOf:
        """The same without columns that the viewer may not see: neither shown nor sorted by nor in a file."""
        seen = [one for one in self.columns if not one.protect or viewer.may(one.protect)]
        return self if len(seen) == len(self.columns) else replace(self, columns=seen)

    def where_of(self, viewer: Viewer, query: Query, params: Params) -> str:
        """All conditions of the address and the permission, as one SQL condition."""
        parts = [self.scope(viewer, params), self.always]
        text = " ".join(query.get("q", ())).strip()[:200]
        if text:
            parts.append(self._searched(text, params))
        parts += [one.condition(query, params, viewer) for one in self.filters]
        return " AND ".join(part for part in parts if part and part != "TRUE") or "TRUE"

    def where(self, request: Request[Any, Any, Any], params: Params) -> str:
        """The same for another view of this list's rows, such as a board."""
        query = parse_qs(request.scope["query_string"].decode("latin-1"), errors="replace")
        return self.where_of(request.user, query, params)

    def _searched(self, text: str, params: Params) -> str:
        if callable(self.search):
            return self.search(text, params)
        pattern = params(f"%{like(text)}%")
        return f"({' OR '.join(f'{column} ILIKE {pattern}' for column in self.search)})"

    async def _page(self, listing: Listing, reading: Reading) -> tuple[list[Any], str, str]:
        backwards = bool(listing.cursor_before)
        cursor = read_cursor(listing.cursor_before or listing.cursor_after)
        backwards = backwards and cursor is not None
        rows = await reading.page(cursor, backwards, self.size + 1)
        beyond_page = len(rows) > self.size
        rows = rows[: self.size]
        if backwards:
            rows.reverse()
        has_before = beyond_page if backwards else cursor is not None
        has_after = True if backwards else beyond_page
        before = str(_cursor(rows[0])) if rows and has_before else ""
        after = str(_cursor(rows[-1])) if rows and has_after else ""
        return rows, before, after

    async def ticked(self, request: Request[Any, Any, Any], keys: Sequence[UUID]) -> Response[Any]:
        """A file of the rows that were ticked, as far as the viewer sees them."""
        return await self.file(request, "csv", f"{self.key} = ANY({{0}}::uuid[])", [list(keys)])

    async def file(
        self, request: Request[Any, Any, Any], wanted: str, where: str = "", values: Sequence[Any] = ()
    ) -> Response[Any]:
        request.user.require("export")
        listing, language = await self.controls(request), current().language
        columns = with_currencies(listing.columns, self.extras)
        heads = [gettext(language, column.title) for column in columns]
        batches = _batches(Reading(self, request.user, listing, where, values), self.expanded)
        disposition = {"content-disposition": f'attachment; filename="{self.name}.{wanted}"'}
        if wanted == "csv":
            lines = csv_lines(heads, columns, batches, language)
            return Stream(lines, status_code=200, media_type="text/csv; charset=utf-8", headers=disposition)
        content = await workbook(heads, columns, batches, language)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return Response(content, media_type=kind, headers=disposition)

    def also(self, **changes: Any) -> ListOf:
        """The same list with other columns, conditions or size, e.g. the orders of one customer."""
        return replace(self, **changes)


async def _batches(reading: Reading, expanded: Expand | None, size: int = 2000) -> AsyncIterator[list[Any]]:
    cursor: Cursor | None = None
    while True:
        rows = await reading.batch(cursor, size)
        if rows:
            yield await expanded(rows) if expanded else rows
        if len(rows) < size:
            return
        cursor = _cursor(rows[-1])


async def _choices(ask: Callable[[Viewer], Awaitable[Any]], viewer: Viewer) -> tuple[Any, int]:
    """People, teams and states to filter by, with their hash; asked for once per session, until people change."""
    signed_in, language = current().signed_in, current().language
    known = signed_in.choices.get((ask, language)) if signed_in else None
    if known is None:
        offered = tuple(map(tuple, await ask(viewer)))
        known = (offered, hash(offered))
        if signed_in:
            signed_in.choices[ask, language] = known
    return known


def _cursor(row: Any) -> Cursor:
    return Cursor(row["_sort"], row["_tie"])
