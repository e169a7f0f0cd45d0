"""Finding what people type in names: parts of Latin words, and Chinese from the first character."""

from __future__ import annotations

import re

from kam.database.sql import Params

_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_PIECES = re.compile(rf"[{_HAN}]+|[^{_HAN}\s]+")


def matches(params: Params, text: str, *columns: str) -> str:
    """SQL that is true where every word of `text` stands somewhere in `columns`; they must not be null.

    Served by two GIN indexes on the same columns in the same order: trigrams of `searched(...)` for words of three
    letters and more (shorter ones match beginnings of words), and `han_grams(searched(...))` for Chinese.

    >>> matches(Params(), "王", "name", "name_zh")
    "(han_grams(lower(name || ' ' || name_zh)) @> han_grams($1::text) AND lower(name || ' ' || name_zh) LIKE $2)"
    """
    words = _PIECES.findall(text.lower())[:8]
    searched_text = searched(*columns)
    return " AND ".join(_word(params, word, searched_text) for word in words) or "TRUE"


def searched(*columns: str) -> str:
    """The text that is searched, exactly as the indexes must have it."""
    return "lower(" + " || ' ' || ".join(columns) + ")"


def _word(params: Params, word: str, where: str) -> str:
    literal = re.sub(r"([\\%_])", r"\\\1", word)
    if re.match(rf"[{_HAN}]", word):
        return f"(han_grams({where}) @> han_grams({params(word)}::text) AND {where} LIKE {params(f'%{literal}%')})"
    if len(word) >= 3:
        return f"{where} LIKE {params(f'%{literal}%')}"
    return f"({where} LIKE {params(f'{literal}%')} OR {where} LIKE {params(f'% {literal}%')})"
