"""Addresses that come from outside."""

from __future__ import annotations

from urllib.parse import urlsplit


def own_path(address: str | None, otherwise: str = "/") -> str:
    """The path and query of an address on this site; anything that could lead elsewhere becomes `otherwise`."""
    parts = urlsplit((address or "").strip())
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not path.startswith("/") or path.startswith(("//", "/\\")) or any(ord(c) < 32 or c == "\\" for c in path):
        return otherwise
    return path
