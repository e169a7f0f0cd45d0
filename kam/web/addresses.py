"""Addresses that come from outside."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit

from kam.records.rules import UNSEEN
from kam.web.limits import ADDRESS

_WEB = re.compile(rf"https?://[^\s\x00-\x20\x7f/?#@\\{UNSEEN}]+(?:[/?#][^\s\x00-\x20\x7f{UNSEEN}]*)?", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s?&#]+@[^@\s?&#]+\.[^@\s?&#]+")
_BETWEEN = re.compile(r"[\s().\-/]")
_PHONE = re.compile(r"\+?[0-9*#]{2,40}(?:(?:;ext=|ext|x)[0-9]{1,10})?", re.IGNORECASE)


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


def web_address(text: str) -> str:
    """Where a link to what somebody gave as a web address leads; empty for what must be no link, such as a script, or
    one that looks as if it led elsewhere: with a name before the host, or with signs that turn the letters around."""
    return text if _WEB.fullmatch(text) else ""


def mail_address(text: str) -> str:
    """The same for an e-mail address; what stands behind a `?` would fill in more of the message."""
    return f"mailto:{quote(text, safe='@+')}" if _MAIL.fullmatch(text) else ""


def phone_address(text: str) -> str:
    """The same for a telephone number as people write it, with spaces, brackets and an extension."""
    digits = _BETWEEN.sub("", text)
    return f"tel:{digits}" if _PHONE.fullmatch(digits) else ""
