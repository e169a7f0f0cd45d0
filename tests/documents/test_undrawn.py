"""Characters that no font of the documents has are named, not printed as boxes in silence."""

import io

import pytest
from pypdf import PdfReader

from kam.documents.undrawn import name, undrawn
from tests.documents.test_rendering import DATA, drawn, text_of
from tests.plans.examples import content

GREETINGS = {
    "Arabic": "مرحبا بكم", "Hebrew": "שלום", "Thai": "สวัสดีครับ", "Lao": "ສະບາຍດີ", "Khmer": "សួស្តី",
    "Myanmar": "မင်္ဂလာပါ", "Devanagari": "नमस्ते", "Bengali": "নমস্কার", "Tamil": "வணக்கம்", "Telugu": "నమస్తే",
    "Korean": "안녕하세요", "Greek": "Καλημέρα", "Cyrillic": "Здравствуйте", "Vietnamese": "Xin chào quý khách",
    "Chinese": "您好，關係維護", "Polish": "Łódź Napędy", "signs": "→ ✓ ★ • … € ¥ ₹ ① ㎡ ℃ × − “”",
}  # fmt: skip


@pytest.mark.parametrize("text", GREETINGS.values(), ids=GREETINGS)
def test_the_scripts_of_our_customers_are_all_drawn(text):
    assert undrawn(text, DATA) == ""


def test_what_no_font_has_is_said_once_each_in_order():
    assert undrawn("a😀 b🚀 c😀", DATA) == "😀🚀"


def test_joiners_selectors_and_spaces_are_not_missed():
    assert undrawn("a\u200db\ufe0fc\u00a0d\u2003e\ufeff\n\t", DATA) == ""


def test_a_missing_character_is_named_by_its_number_and_name():
    assert name("😀") == "U+1F600 grinning face"
    assert name("\U000f0000") == "U+F0000"


def test_other_scripts_stand_in_the_file_with_their_own_fonts():
    of = content()
    of["sections"]["situation"] = "\n\n".join(GREETINGS.values())
    file = drawn(of=of)
    fonts = {str(font) for page in PdfReader(io.BytesIO(file)).pages for font in names(page)}
    for script in ("Arabic", "Hebrew", "Thai", "Devanagari"):
        assert any(script in font for font in fonts), (script, fonts)
    assert "שלום" in text_of(file) or "םולש" in text_of(file)
    assert drawn(of=of) == file


def names(page):
    for font in page["/Resources"].get("/Font", {}).values():
        yield font.get_object()["/BaseFont"]
