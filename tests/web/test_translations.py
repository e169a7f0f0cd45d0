"""Every text of the interface is there in both Chinese languages."""

import pytest
from babel.messages.pofile import read_po

from kam.language import FOLDER, LANGUAGES, gettext, negotiate


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_message_is_translated(language):
    with (FOLDER / language / "LC_MESSAGES" / "kam.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    missing = [message.id for message in catalog if message.id and not all(_texts(message.string))]
    unsure = [message.id for message in catalog if message.id and message.fuzzy]
    assert missing == []
    assert unsure == []
    assert len(catalog) > 300


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_translations_keep_the_places_to_be_filled_in(language):
    with (FOLDER / language / "LC_MESSAGES" / "kam.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    faults = [(message.id, [str(error) for error in errors]) for message, errors in catalog.check()]
    assert faults == []


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


def _texts(translated):
    return translated if isinstance(translated, tuple) else (translated,)
