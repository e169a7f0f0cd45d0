"""Letters without case and marks, so that "muller" finds Müller and Ångström is sorted among the names with A.

The database has the same as its function `folded`, made by a migration; a test holds both together.
"""

from __future__ import annotations

import re
import unicodedata

STROKED = {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i"}  # marks that Unicode does not take apart
JOINED = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}

_PLAIN = str.maketrans(STROKED | JOINED)
_MARKS = re.compile("[\u0300-\u036f]")


def folded(text: str) -> str:
    """
    >>> folded("Müller & Søn, Straße 上海")
    'muller & son, strasse 上海'
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.lower().translate(_PLAIN))
    return unicodedata.normalize("NFC", _MARKS.sub("", apart))
