"""The plan as PDF: readable in both scripts, tagged, the same bytes for the same input."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader

from kam.documents.fonts import EDITION, FACES, prepare
from kam.documents.rendering import fonts_of, pdf
from kam.plans.printing import html
from tests.plans.examples import content, sheet
from tests.server import FOLDER

DATA = Path(FOLDER)


def drawn(language="en", mark="approved", of=None):
    of = of or content()
    return pdf(html(of, sheet(mark, of), language), data=DATA, identifier=b"0123456789abcdef")


@pytest.fixture(scope="module")
def english():
    return drawn()


def text_of(file):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)


def test_the_same_input_gives_the_same_bytes(english):
    assert drawn() == english
    assert drawn(mark="draft") != english


def test_chinese_of_both_kinds_english_and_other_latin_letters_are_all_in_it(english):
    text = text_of(english).replace("\n", "")
    expected = ("Harbour Robotics", "港湾机器人有限公司", "關係維護", "工程师会面", "Łódź Napędy", "Gürsoy Şirketi")
    for words in expected:
        assert words in text, words


def test_the_pages_carry_name_mark_number_and_fingerprint(english):
    page = PdfReader(io.BytesIO(english)).pages[3].extract_text()
    assert "Harbour Robotics Ltd" in page
    assert "Approved" in page
    assert "4 / " in page
    assert sheet().hash in page


@pytest.mark.parametrize(("mark", "word"), [("draft", "Draft"), ("superseded", "Superseded")])
def test_what_is_not_in_force_says_so_on_every_page(mark, word):
    pages = PdfReader(io.BytesIO(drawn(mark=mark))).pages
    assert all(word in page.extract_text() for page in pages)


def test_it_is_tagged_for_readers_who_do_not_see_it(english):
    file = PdfReader(io.BytesIO(english))
    root = file.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert file.metadata.title == "Harbour Robotics Ltd – Growing together 2026–2028"
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    tags = list(kinds(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/Figure"} <= {tag for tag, _ in tags}
    assert all(alt.startswith("Revenue by month") for tag, alt in tags if tag == "/Figure")


def test_the_contents_name_the_page_of_each_chapter(english):
    reader = PdfReader(io.BytesIO(english))
    line = next(line for line in reader.pages[1].extract_text().splitlines() if "Risks" in line)
    number = int(line.split()[-1])
    assert "Risks" in reader.pages[number - 1].extract_text()


def test_the_dates_inside_are_those_of_the_version_and_not_of_today(english):
    assert PdfReader(io.BytesIO(english)).metadata.creation_date.date().isoformat() == "2026-06-10"


def test_what_people_typed_stays_text(monkeypatch):
    of = content(title="<h2>Bold & <script>alert(1)</script></h2>")
    of["sections"]["situation"] = '<img src="file:///etc/passwd"> <a href="http://example.com/x.png">x</a>'
    text = text_of(drawn(of=of))
    assert '<img src="file:///etc/passwd">' in text
    assert "<script>" in text


def test_nothing_is_fetched_from_files_or_other_hosts(caplog):
    bad = '<html lang="en"><title>x</title><body><img alt="x" src="file:///etc/hostname"><p>left</p></body></html>'
    assert "left" in text_of(pdf(bad, data=DATA, identifier=b"x"))
    assert any("disallowed" in record.getMessage() for record in caplog.records)


def test_the_language_is_the_one_asked_for():
    file = PdfReader(io.BytesIO(drawn("zh_Hant")))
    assert file.trailer["/Root"]["/Lang"] == "zh-Hant"
    assert "2026年7月1日" in file.pages[0].extract_text()


@pytest.mark.parametrize("language", ["en", "zh_Hans", "zh_Hant"])
def test_however_long_words_and_names_are_nothing_leaves_the_page(language):
    of = content("Ein Titel, wie ihn niemand erwartet, " * 6)
    of["customer"]["name"] = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH"
    of["initiatives"][0]["actions"][0]["title"] = "https://example.com/" + "averylongaddresswithoutbreaks" * 6
    of["initiatives"][0]["actions"][1]["owner_name"] = "Maximiliane-Charlotte von Hohenstein-Wittgenstein zu Berleburg"
    of["sections"]["situation"] = "长文本没有空格" * 200 + "x" * 400
    for page in laid_out(html(of, sheet(of=of), language)).pages:
        boxes = [box for box in page._page_box.descendants() if getattr(box, "text", "")]
        assert all(box.position_x + box.width <= page.width - 40 for box in boxes if box.position_y > 100)


def laid_out(text):
    """The pages before they are written, with the fonts of the documents."""
    fonts = fonts_of(prepare(DATA))
    import weasyprint

    return weasyprint.HTML(string=text).render(font_config=fonts)


async def test_sixteen_asked_for_at_once_are_drawn_one_after_the_other_and_are_all_right():
    short = html(content() | {"sections": {}, "initiatives": []}, sheet(), "zh_Hans")
    alone = pdf(short, data=DATA, identifier=b"x")
    together = await asyncio.gather(*(asyncio.to_thread(pdf, short, data=DATA, identifier=b"x") for _ in range(16)))
    assert all(one == alone for one in together)


def test_the_fonts_are_cut_once_and_kept():
    folder = prepare(DATA).parent
    assert sorted(path.name for path in (folder / "faces").iterdir()) == sorted(face.file for face in FACES)
    before = (folder / "fonts.conf").stat().st_mtime_ns
    assert prepare(DATA).stat().st_mtime_ns == before


def test_what_a_killed_cutting_left_is_cleared_away_and_of_two_at_once_one_waits(tmp_path):
    killed = tmp_path / "fonts" / ".fonts-of-one-that-was-killed"
    (killed / "faces").mkdir(parents=True)
    (killed / "faces" / "half.ttf").write_bytes(b"half")
    with ThreadPoolExecutor(2) as both:
        assert len({*both.map(prepare, [tmp_path] * 2)}) == 1
    assert {path.name for path in (tmp_path / "fonts").iterdir()} == {EDITION, ".building"}


def kinds(element):
    """Every (tag, alternative text) of a structure tree."""
    if "/S" in element:
        yield element["/S"], element.get("/Alt", "")
    inside = element.get("/K", [])
    for child in inside if isinstance(inside, list) else [inside]:
        child = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(child, dict):
            yield from kinds(child)
