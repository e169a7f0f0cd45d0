"""Addresses that come from outside."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from kam.web.limits import ADDRESS


def own_path(address: str | None, otherwise: str = "/") -> str:
    """The path and query of an address on this site; anything that could lead elsewhere becomes `otherwise`."""
    text = address or ""
    parts = _split(text if len(text) <= ADDRESS else "")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not path.startswith("/") or path.startswith(("//", "/\\")) or any(ord(c) < 32 or c == "\\" for c in path):
        return otherwise
    return path


def local_path(address: str | None, otherwise: str = "/") -> str:
    """A path on this site as a form names it: unlike `own_path` not even our own host may stand before it.

    Browsers read `//host` and `/\\host` as another host and leave out control characters before they look, so none of
    these is taken.
    """
    text = address or ""
    if not text.startswith("/") or text.startswith("//") or any(c <= " " or c in "\\\x7f" for c in text):
        return otherwise
    return own_path(text, otherwise)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError:  # brackets that hold no address
        return SplitResult("", "", "", "", "")
