"""Serving the bundles: one dictionary look-up, compressed beforehand, kept by browsers for ever."""

from __future__ import annotations

from litestar.types import HTTPScope, Send

from kam.web.assets import Asset

_FOR_EVER = (b"cache-control", b"public, max-age=31536000, immutable")


async def send(asset: Asset, scope: HTTPScope, answer: Send) -> None:
    zipped = any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
    body = asset.gzipped if zipped else asset.content
    headers = [
        (b"content-type", asset.media_type.encode()), (b"content-length", str(len(body)).encode()), _FOR_EVER,
        (b"vary", b"accept-encoding"), (b"x-content-type-options", b"nosniff"),
    ]  # fmt: skip
    if zipped:
        headers.append((b"content-encoding", b"gzip"))
    await answer({"type": "http.response.start", "status": 200, "headers": headers})
    sent = b"" if scope["method"] == "HEAD" else body
    await answer({"type": "http.response.body", "body": sent, "more_body": False})
