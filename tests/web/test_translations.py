"""Every text of the interface is there in both Chinese languages."""

import re

import pytest

from kam.language import LANGUAGES, gettext, negotiate, ngettext
from kam.translating import ROOT, marked, translations
from kam.web.list_columns import Column
from kam.web.list_export import value_of
from kam.web.templates import environment

CHINESE = [language for language in LANGUAGES if language != "en"]
PLACE = re.compile(r"%\([a-z_]+\)[a-z]|%%")


def test_the_texts_are_found_in_python_and_in_templates():
    places = {place.split("/")[0] for place in marked().values()}
    assert places == {"kam", "templates"}
    assert len(marked()) > 1300


@pytest.mark.parametrize("language", CHINESE)
def test_every_text_is_translated_and_none_is_left_over(language):
    catalog = translations(language)
    missing = [f"{place}: {text}" for (context, text), place in marked().items() if not _said(catalog, text, context)]
    texts = {(context, text) for context, text in marked()}
    left_over = [message.id for message in catalog if message.id and (message.context, message.id) not in texts]
    assert missing == [], "translate these in kam/locale (bin/translations puts them there)"
    assert left_over == [], "bin/translations takes these away"


@pytest.mark.parametrize("language", CHINESE)
def test_no_translation_is_a_guess(language):
    assert [message.id for message in translations(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", CHINESE)
def test_translations_keep_the_places_to_be_filled_in(language):
    catalog = translations(language)
    wrong = [
        (text, said)
        for context, text in marked()
        for said in _said(catalog, text, context)
        if not _places(said) <= _places(text) or not _places(text) - {"%(n)s", "%(num)s"} <= _places(said)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_say_nothing_that_cannot_be_translated(path):
    parts = environment("en").lexer.tokeniter(path.read_text(), path.name)
    written = "".join(text if kind == "data" else "\0" for _, kind, text in parts)
    shown = re.sub(r"<(style|script|svg|kbd)\b.*?</\1>|<[^>]*>|&[a-z]+;", " ", written, flags=re.DOTALL)
    said = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"\0]*)"', written)
    sentences = {word for text in [shown, *said] for word in re.findall(r"\b[A-Z][a-z]{2,}", text)}
    assert sentences == set()


def test_files_say_stages_and_levels_in_the_readers_words():
    assert value_of(Column("stage", "Stage", "stage", kind="stage"), "develop", "zh_Hans") == "发展"
    assert value_of(Column("level", "Level", "level", kind="level"), 2, "zh_Hant") == "可疑"


def test_traditional_chinese_has_words_of_its_own():
    assert (gettext("zh_Hans", "Save"), gettext("zh_Hant", "Save")) == ("保存", "儲存")
    assert (gettext("zh_Hans", "File"), gettext("zh_Hant", "File")) == ("文件", "檔案")


def test_chinese_has_one_form_for_every_number():
    assert ngettext("zh_Hans", "%(n)s day ago", "%(n)s days ago", 1) == "1 天前"
    assert ngettext("zh_Hant", "%(n)s day ago", "%(n)s days ago", 7) == "7 天前"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh_Hant"), ("zh-CN", "zh_Hans"), ("zh", "zh_Hans"), ("zh-Hant-HK", "zh_Hant"),
        ("fr,en;q=0.5", "en"), ("de", "en"), ("", "en"), ("en;q=0.1,zh-Hans;q=0.9", "zh_Hans"), (";;q=,,zh;q=x", "en"),
    ],
)  # fmt: skip
def test_the_browsers_wish_decides_before_sign_in(header, language):
    assert negotiate(header) == language


def test_a_message_that_is_not_in_the_catalog_stays_english():
    assert gettext("zh_Hans", "never written %(n)s", n=1) == "never written 1"


def _said(catalog, text, context):
    """The translation as a list; empty when it, or a part of it, is missing."""
    message = catalog.get(text, context)
    said = message.string if message else ""
    parts = list(said) if isinstance(said, tuple) else [said]
    return parts if all(parts) else []


def _places(text):
    return set(PLACE.findall(" ".join(text) if isinstance(text, tuple) else text))
