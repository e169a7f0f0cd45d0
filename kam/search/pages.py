"""Search as a page, and as JSON for the dialog."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from kam.search.queries import grouped, pages, search
from kam.web.current import current
from kam.web.errors import wants_json
from kam.web.page import page
from kam.web.waiting import navigation


@get("/search")
async def find(request: Request[Any, Any, Any]) -> Response[Any]:
    text, language = request.query_params.get("q", "")[:100], current().language
    found = [*await search(request.user, text), *pages(request.user, text, navigation(), language)]
    groups = grouped(found, language)
    if wants_json(request):
        return Response({"groups": groups})
    return page(request, "search/index.html", text=text, groups=groups)


ROUTES = [find]
