"""The languages of the interface and how a sentence is put into one of them (skeleton, to be completed)."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: dict[str, str] = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}

Titles = Mapping[str, str]  # language -> text, as workflow files give it


def N_(message: str) -> str:
    """Marks a text for translation where it is written but not yet shown."""
    return message
