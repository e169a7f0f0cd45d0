"""What takes up room, for administrators."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from kam.keeping.sizes import storage
from kam.keeping.times import FILE, in_force
from kam.web.page import page


@get("/storage")
async def show(request: Request[Any, Any, Any]) -> Response[Any]:
    request.user.require("manage_storage")
    return page(request, "keeping/show.html", storage=await storage(in_force()), file=f"workflows/{FILE}")


ROUTES = [show]
