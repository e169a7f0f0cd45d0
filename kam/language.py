"""The languages of the interface and how a sentence is put into one of them.

The catalogs in `locale/` are compiled in memory when first asked for, so there is no build step to forget.
"""

from __future__ import annotations

import gettext as standard_gettext
import io
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES: dict[str, str] = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
DEFAULT = "en"
# What `lang` attributes and HTTP headers call our languages.
TAGS = {"en": "en", "zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant"}
LOCALES = {"en": "en_GB", "zh_Hans": "zh_Hans_CN", "zh_Hant": "zh_Hant_TW"}

FOLDER = Path(__file__).parent / "locale"

Titles = Mapping[str, str]  # language -> text, as workflow files give it


def N_(message: str) -> str:
    """Marks a text for translation where it is written but not yet shown."""
    return message


class Filled(str):
    """A sentence with its places filled in, which `gettext` can still put into another language."""

    message: str
    places: Mapping[str, object]

    def __new__(cls, message: str, **places: object) -> Filled:
        filled = super().__new__(cls, message % places)
        filled.message, filled.places = message, places
        return filled


@cache
def catalog(language: str) -> standard_gettext.NullTranslations:
    """The translations of one language; English is the source and needs none."""
    path = FOLDER / language / "LC_MESSAGES" / "kam.po"
    if language == DEFAULT or not path.exists():
        return standard_gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return standard_gettext.GNUTranslations(compiled)


def gettext(language: str, message: str, /, **params: object) -> str:
    """`message` in `language`, its `%(name)s` places filled in."""
    if isinstance(message, Filled):
        return gettext(language, message.message, **message.places)
    text = catalog(language).gettext(message) if message else ""
    return text % params if params else text


def ngettext(language: str, one: str, many: str, count: int, **params: object) -> str:
    return catalog(language).ngettext(one, many, count) % {"count": count, "n": count, **params}


def title(titles: Titles, language: str) -> str:
    """A title that a workflow file gives per language; English stands in for one that is missing."""
    return titles.get(language) or titles.get(DEFAULT) or next(iter(titles.values()), "")


_CHOICE = re.compile(r"\s*([A-Za-z0-9-]+|\*)\s*(?:;\s*q=([0-9.]+))?\s*$")


def negotiate(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header; anything odd in it is passed over."""
    best, weight = DEFAULT, 0.0
    for part in accept_language[:400].split(","):
        match = _CHOICE.match(part)
        language = _nearest(match[1].lower()) if match else None
        if match and language:
            quality = _number(match[2])
            if quality > weight:
                best, weight = language, quality
    return best


def _nearest(tag: str) -> str | None:
    if tag.startswith("zh"):
        return "zh_Hant" if any(part in tag.split("-") for part in ("hant", "tw", "hk", "mo")) else "zh_Hans"
    return "en" if tag.startswith("en") else None


def _number(quality: str | None) -> float:
    try:
        return 1.0 if quality is None else float(quality)
    except ValueError:
        return 0.0
