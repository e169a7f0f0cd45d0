"""Handing out files."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get

from kam.documents.queries import find


@get("/documents/{document:uuid}")
async def download(request: Request[Any, Any, Any], document: UUID) -> Response[bytes]:
    """PDFs open in the browser, everything else is saved; a file is never taken for something that runs."""
    row = await find(request.user, document)
    inline = row["media_type"] == "application/pdf"
    headers = {
        "content-disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(row['name'])}",
        "cache-control": "private, no-store",
        "etag": f'"{row["sha256"]}"',
    }
    return Response(bytes(row["content"]), media_type=row["media_type"], headers=headers)


ROUTES = [download]
