"""From HTML to a tagged PDF. Only children come here: WeasyPrint is slow to import, large in memory, and may hang."""

from __future__ import annotations

import os
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kam.documents.fonts import prepare

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration

# Pango is not safe for several threads with one font map; documents of one process are drawn one after the other.
_ONE_AT_A_TIME = threading.Lock()


def pdf(html: str, *, data: Path, identifier: bytes) -> bytes:
    """The same HTML and identifier give the same bytes. `html` needs `lang`, a title and its dates in meta elements."""
    with _ONE_AT_A_TIME:
        fonts = fonts_of(prepare(data))
        import weasyprint

        document = weasyprint.HTML(string=html, url_fetcher=_only_what_is_inside())
        written: bytes = document.write_pdf(
            font_config=fonts, pdf_variant="pdf/ua-1", pdf_identifier=identifier, custom_metadata=False
        )
        return written


@cache
def fonts_of(configuration: Path) -> FontConfiguration:
    """Reading the fonts takes a second: once per process. The variable must stand before the first import."""
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _only_what_is_inside() -> object:
    """A document can name pictures inside itself (`data:`), never a file or another host."""
    from weasyprint import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=False)
