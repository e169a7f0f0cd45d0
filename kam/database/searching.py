"""Finding what people type in names: parts of Latin words, and Chinese from the first character."""

from __future__ import annotations

import re
from functools import partial

from kam.database.sql import Params

_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_PIECES = re.compile(rf"[{_HAN}]+|[^{_HAN}\s]+")


def matches(params: Params, text: str, *columns: str) -> str:
    """SQL that is true where every word of `text` stands somewhere in `columns`; they must not be null.

    >>> matches(Params(), "王", "name", "name_zh")
    "lower(name || ' ' || name_zh) LIKE $1"
    """
    searched = "lower(" + " || ' ' || ".join(columns) + ")"
    return " AND ".join(_stands(params, word, searched) for word in _words(text)) or "TRUE"


def matches_customer(params: Params, text: str, customer: str = "customer") -> str:
    """The same for the names and the code of the rows of `customer`, by its indexes.

    Trigrams serve words of three letters and more (shorter ones match beginnings of words); Chinese is found by its
    pairs of characters, or by the one there is.
    """
    return _indexed(params, text, customer)


def matches_product(params: Params, text: str, product: str = "product") -> str:
    """The same for the code and the names of products."""
    return _indexed(params, text, product)


def _indexed(params: Params, text: str, table: str) -> str:
    return " AND ".join(_held(params, word, table) for word in _words(text)) or "TRUE"


def _words(text: str) -> list[str]:
    return _PIECES.findall(text.lower().replace("\x00", " "))[:8]


def _stands(params: Params, word: str, searched: str) -> str:
    literal = re.sub(r"([\\%_])", r"\\\1", word)
    if len(word) >= 3 or _is_han(word):
        return f"{searched} LIKE {params(f'%{literal}%')}"
    return f"({searched} LIKE {params(f'{literal}%')} OR {searched} LIKE {params(f'% {literal}%')})"


def _held(params: Params, word: str, table: str) -> str:
    stands = partial(_stands, params, word, f"{table}.search_text")
    if not _is_han(word):
        return stands()
    pairs = [word[at : at + 2] for at in range(len(word) - 1)] or [word]
    held = f"{table}.search_grams @> {params(pairs)}::text[]"
    return f"({held} AND {stands()})" if len(pairs) > 1 else held


def _is_han(word: str) -> bool:
    return bool(re.match(f"[{_HAN}]", word))
