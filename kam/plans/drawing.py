"""From the content of a plan to the bytes of its PDF; done in a child."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from kam.documents.rendering import pdf
from kam.documents.undrawn import boxed, undrawn
from kam.plans.printing import Sheet, html


def draw(content: dict[str, Any], sheet: Sheet, language: str, *, data: Path) -> tuple[bytes, str]:
    """The file, and the characters that it could not show, which it names at its end.

    The same content, sheet and language give the same bytes, also the identifier inside the file.
    """
    text = html(content, sheet, language)
    missing = undrawn(text, data)
    if missing:
        text = boxed(html(content, sheet, language, missing), missing)
    return pdf(text, data=data, identifier=hashlib.sha256(text.encode()).digest()[:16]), missing
