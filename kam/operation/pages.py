"""Addresses for those who run kam: /healthz, /readyz and /metrics. They need no session and name nobody."""

from __future__ import annotations

import hmac
from typing import Any

from litestar import Request, Response, get

from kam.errors import NotFound
from kam.language import N_
from kam.operation.measuring import exposition
from kam.operation.readiness import readiness
from kam.settings import read

Asked = Request[Any, Any, Any]
_AGAIN = "5"  # seconds


@get("/healthz", opt={"public": True})
async def healthy() -> Response[Any]:
    """This process lives; nothing is asked of the database."""
    return Response({"healthy": True})


@get("/readyz", opt={"public": True})
async def ready() -> Response[Any]:
    """503 with the reason while nobody should be sent here."""
    found = await readiness()
    swept = found.swept_at.isoformat() if found.swept_at else None
    if found.ready:
        return Response({"ready": True, "swept_at": swept})
    return Response({"ready": False, "reason": found.reason}, status_code=503, headers={"retry-after": _AGAIN})


@get("/metrics", opt={"public": True})
async def metrics(request: Asked) -> Response[Any]:
    """For whoever knows KAM_METRICS_TOKEN, as a bearer token; otherwise there is no such page."""
    token = read().metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise NotFound(N_("There is no such page."))
    return Response(await exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


ROUTES = [healthy, ready, metrics]
