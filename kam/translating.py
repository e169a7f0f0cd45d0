"""Finds every text that is marked for translation and keeps the catalogs in `locale/` in step with them.

`bin/translations` runs this: texts that are new come in empty, texts that are gone leave, and nothing is ever guessed
from a similar text. The files hold no places and no dates, so that a change shows only what was translated.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kam.language import DEFAULT, FOLDER, LANGUAGES, TAGS

ROOT = Path(__file__).parent.parent
# In Python the language comes first in ngettext(language, one, many, count); what gettext gets is marked by N_.
IN_PYTHON = {"N_": None, "ngettext": (2, 3)}
IN_TEMPLATES = {"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
JINJA = {
    "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true",
    "extensions": "jinja2.ext.i18n,jinja2.ext.do,jinja2.ext.loopcontrols",
}  # fmt: skip

Text = str | tuple[str, ...]  # a text, or its singular and plural


@cache
def marked() -> dict[tuple[str | None, Text], str]:
    """Every text to be translated with its context (None mostly), and the first file that uses it."""
    found: dict[tuple[str | None, Text], str] = {}
    for place, text, context in _extracted():
        found.setdefault((context, text), place)
    return found


def _extracted() -> Iterator[tuple[str, Text, str | None]]:
    for folder, method, keywords in (("kam", "python", IN_PYTHON), ("templates", "jinja2", IN_TEMPLATES)):
        pattern = "**.py" if method == "python" else "**.html"
        found = extract_from_dir(
            ROOT / folder, [(pattern, method)], {pattern: JINJA if method == "jinja2" else {}}, keywords
        )
        yield from ((f"{folder}/{file}", text, context) for file, _, text, _, context in found if text)


def translations(language: str) -> Catalog:
    """The catalog of one language as it stands in its file; empty when there is none."""
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> list[str]:
    """Writes the catalog of one language anew and gives the texts that are still to be translated."""
    old, new, missing = translations(language), Catalog(locale=language), []
    for context, text in marked():
        known = old.get(text, context)
        said = known.string if known and not known.fuzzy else ""
        new[text] = Message(text, said or ("" if isinstance(text, str) else ("",)), context=context)
        if not _filled(said):
            missing.append(text if isinstance(text, str) else text[0])
    _write(language, new)
    return missing


def _filled(said: object) -> bool:
    return all(said) if isinstance(said, tuple) else bool(said)


def _write(language: str, catalog: Catalog) -> None:
    _path(language).parent.mkdir(parents=True, exist_ok=True)
    with _path(language).open("wb") as file:
        head = (
            f'Project-Id-Version: kam\\n"\n"Language: {TAGS[language]}\\n"\n'
            '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
            '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n'
        )
        file.write(f'msgid ""\nmsgstr ""\n"{head}"\n\n'.encode())
        write_po(file, catalog, width=0, no_location=True, omit_header=True, sort_output=True)


def _path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "kam.po"


def main() -> None:
    for language in LANGUAGES:
        if language == DEFAULT:
            continue
        missing = update(language)
        print(f"{language}: {len(marked())} texts, {len(missing)} to translate")
        for text in missing:
            print(f"  {text}")


if __name__ == "__main__":
    main()
