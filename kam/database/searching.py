"""Finding what people type in names: parts of Latin words, and Chinese from the first character."""

from __future__ import annotations

import re

from kam.database.folding import folded
from kam.database.sql import Params

_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_PIECES = re.compile(rf"[{_HAN}]+|[^{_HAN}\s]+")


def matches(params: Params, text: str, *columns: str) -> str:
    """SQL that is true where every word of `text` stands somewhere in `columns`; they must not be null.

    >>> matches(Params(), "王", "name", "name_zh")
    "folded(name || ' ' || name_zh) LIKE $1"
    """
    searched = "folded(" + " || ' ' || ".join(columns) + ")"
    return " AND ".join(_stands(params, word, searched) for word in _words(text)) or "TRUE"


def matches_indexed(params: Params, text: str, table: str) -> str:
    """The same for the names and numbers of customers, contacts, products, opportunities and cases, by their indexes.

    Trigrams serve words of three letters and more (shorter ones match beginnings of words); Chinese is found by its
    pairs of characters, or by the one there is. What looks at row after row compares the text first, which is cheap.
    """
    return " AND ".join(_held(params, word, table) for word in _words(text)) or "TRUE"


def matches_customer(params: Params, text: str) -> str:
    """By the names and the code."""
    return matches_indexed(params, text, "customer")


def matches_product(params: Params, text: str) -> str:
    """By the code and the names."""
    return matches_indexed(params, text, "product")


def begins(params: Params, text: str, column: str) -> str:
    """SQL that is true where `column`, folded and compared letter by letter, begins with the text.

    As a range, which every plan finds by an index on the column; its ends are asked for within the statement, or it
    would be planned anew for each text, which takes longer than finding.
    """
    text = f"{params(folded(' '.join(text.split())))}::text"
    return f"({column} >= (SELECT {text}) AND {column} < (SELECT {text} || U&'\\+10FFFF'))"


def unforeseen(condition: str) -> str:
    """The same condition, hidden from the planner, so that it walks along an index and stops early.

    It cannot know that names which begin with a word also contain it, and would expect few of them.
    """
    return f"CASE WHEN {condition} THEN TRUE END"


def _words(text: str) -> list[str]:
    return _PIECES.findall(folded(text).replace("\x00", " "))[:8]


def _stands(params: Params, word: str, searched: str) -> str:
    literal = re.sub(r"([\\%_])", r"\\\1", word)
    if len(word) >= 3 or _is_han(word):
        return f"{searched} LIKE {params(f'%{literal}%')}"
    return f"({searched} LIKE {params(f'{literal}%')} OR {searched} LIKE {params(f'% {literal}%')})"


def _held(params: Params, word: str, table: str) -> str:
    """Of Chinese, LIKE would tempt the planner to use the trigrams, which know nothing of two characters."""
    if not _is_han(word):
        return _stands(params, word, f"{table}.search_text")
    pairs = [word[at : at + 2] for at in range(len(word) - 1)] or [word]
    stands = f"strpos({table}.search_text, {params(word)}::text) > 0"
    return f"({stands} AND {table}.search_grams @> {params(pairs)}::text[])"


def _is_han(word: str) -> bool:
    return bool(re.match(f"[{_HAN}]", word))
