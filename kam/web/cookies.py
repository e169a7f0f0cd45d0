"""Our cookies. Over TLS their names begin with `__Host-`: then browsers take them from this very host alone, over TLS
alone, so that neither a neighbouring host nor somebody on the wire can slip a visitor a session of his own.

Only the one kind of name is read that the way of the request allows. Whoever also read the plain names over TLS would
take what anybody could have planted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from litestar.types import HTTPScope

from kam.web.origin import is_secure

if TYPE_CHECKING:
    from kam.web.current import Current

SESSION = "kam_session"
VISITOR = "kam_visitor"
BROWSER = "kam_browser"  # says to whom this browser is no stranger
FLASH = "kam_flash"
LANGUAGE = "kam_language"
THEME = "kam_theme"
_OURS = frozenset({SESSION, VISITOR, BROWSER, FLASH, LANGUAGE, THEME})
_HOST = "__Host-"
YEAR = 365 * 24 * 3600


def full_name(name: str, *, secure: bool) -> str:
    """How a cookie of ours is called on the wire."""
    return _HOST + name if secure and name in _OURS else name


def read(scope: HTTPScope) -> dict[str, str]:
    """The cookies of a request, ours by their short names; they have no quoting, so the simple reading is right."""
    header = b";".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    if not header:
        return {}
    pairs = (part.strip().partition("=") for part in header.split(";"))
    sent = {name: value for name, _, value in pairs if name}
    if not is_secure(scope):
        return sent
    return {name.removeprefix(_HOST): value for name, value in sent.items() if name not in _OURS}


def give(asked: Current, name: str, value: str, *, max_age: int | None = None) -> None:
    """With the answer to this request; without `max_age` for as long as the browser runs. No script reads it."""
    kept = "" if max_age is None else f"; Max-Age={max_age}"
    secure = "; Secure" if asked.secure else ""
    named = full_name(name, secure=asked.secure)
    asked.new_cookies.append(f"{named}={value}; Path=/{kept}; HttpOnly; SameSite=lax{secure}")


def take_back(asked: Current, name: str) -> None:
    give(asked, name, "", max_age=0)
