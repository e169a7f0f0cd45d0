"""Codes by which people tell records apart: two that look alike are one, or are refused."""

from __future__ import annotations

import re
import unicodedata

from kam.language import N_, Filled

LOOKS_LIKE = N_("“%(sign)s” only looks like a Latin letter. Please type it anew.")

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
# Greek and Cyrillic letters that nobody tells from Latin ones.
_ALIKE = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳοϲАВЕЅІЈКМНОРСТУХҮԚԜаеорсухіјѕһԁԛԝ")


def plain(text: str) -> str:
    """Wide letters and digits as narrow ones, every dash as one, one space between words.

    >>> plain("ＡＢ\u20111\u00a0 2")
    'AB-1 2'
    """
    return " ".join(_DASHES.sub("-", unicodedata.normalize("NFKC", _DASHES.sub("-", text))).split())


def fault(text: str) -> str:
    """The sentence for a code that could be read as another one in Latin letters, or nothing."""
    if text.isascii():
        return ""
    letters = [sign for sign in text if sign.isalpha()]
    alike = [sign for sign in letters if sign in _ALIKE]
    latin_otherwise = all(sign.isascii() or sign in _ALIKE for sign in letters)
    return Filled(LOOKS_LIKE, sign=alike[0]) if alike and latin_otherwise else ""
