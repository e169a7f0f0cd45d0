"""What somebody typed leads nowhere but to the web, a mail or a telephone, on whatever page it stands."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from kam.database.engine import DB
from kam.documents.rendering import pdf
from kam.plans.printing import html
from kam.web.addresses import mail_address, phone_address, web_address
from tests.belongings import belongings, filled, parameters, routes
from tests.plans.examples import content, sheet
from tests.server import FOLDER

EVIL = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
    "java\tscript:alert(1)", "\x01javascript:alert(1)", "javascript&colon;alert(1)", "vbscript:x", "blob:x", "#x",
    "data:text/html,<script>alert(1)</script>", "file:///etc/passwd", "//evil.example/x", "\\\\evil.example\\x",
    "https:javascript:alert(1)", 'https://a.example/" onmouseover="alert(1)',
]  # fmt: skip
EVERYWHERE = [EVIL[0], EVIL[3], EVIL[10], EVIL[12], EVIL[15]]
LEADS = {"href", "src", "action", "formaction", "xlink:href", "poster", "data", "ping", "srcset", "background", "cite"}
SCHEMES = ("http://", "https://", "mailto:", "tel:")
TEMPLATES = Path(__file__).parents[2] / "templates"


class Leads(HTMLParser):
    """Where everything on a page leads, as a browser reads it: control signs and spaces do not count."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in LEADS and tag != "link":  # the page's own icon and style
                self.found.append(re.sub(r"[\x00-\x20\x7f]", "", value or ""))
            if name.startswith("on"):
                self.handlers.append(f"{name}={value}")


def is_fine(address: str) -> bool:
    """One of the schemes, or a place on this site."""
    return address.lower().startswith(SCHEMES) or not re.match(r"[^/?#]*:|//|[/\\]\\|\\", address)


@pytest.mark.parametrize("text", EVIL)
def test_no_address_is_made_of_anything_else(text):
    assert not {web_address(text), mail_address(text), phone_address(text)} - {""}


@pytest.mark.parametrize(
    "text",
    ["https://bank.example@evil.example", "https://a.example\u202e/moc.knab", "https:///evil.example", "https://"],
)
def test_no_link_looks_as_if_it_led_elsewhere(text):
    assert web_address(text) == ""


@pytest.mark.parametrize(
    "text",
    ["https://a.example", "http://a.example:80/b?c=d@e#f", "HTTPS://顧客.example/路", "https://[::1]/", "https://a?b"],
)
def test_what_leads_to_the_web_is_a_link(text):
    assert web_address(text) == text


@pytest.mark.parametrize("text", ["https://a.example", "HTTP://a.example/x?y#z", "https://顶点.cn/关于"])
def test_what_is_a_web_address_is_one(text):
    assert web_address(text) == text


def test_mail_and_telephone_addresses_say_nothing_more_than_whom():
    assert mail_address("li.na+x@a.example") == "mailto:li.na+x@a.example"
    assert mail_address("a@b.example?bcc=c@d.example") == mail_address("a@b.example&body=x") == ""
    assert phone_address("+47 (22) 33-44.55") == "tel:+4722334455"
    assert phone_address("ask Bob") == phone_address("1;phone-context=evil") == ""


def test_no_template_makes_a_link_of_a_field_that_people_fill():
    typed = r'(?:href|src|action|formaction)="(?:mailto:|tel:|https?:)?\{\{[^}]*\.(?:website|email|phone)\b'
    found = [path.name for path in TEMPLATES.rglob("*.html") if re.search(typed, path.read_text("utf-8"))]
    assert found == []


async def evil_everywhere(text: str) -> None:
    """Into every text that a person can fill, whatever the rules say: it may stand there since an earlier version."""
    columns = await DB.fetch(
        """
        SELECT c.table_name, array_agg(c.column_name::text) AS names FROM information_schema.columns c
        JOIN pg_class t ON t.relname = c.table_name AND t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace
        WHERE c.table_schema = 'public' AND c.table_name = ANY($1) AND c.data_type IN ('text', 'character varying')
          AND c.is_generated = 'NEVER' AND coalesce(c.character_maximum_length, 999) >= 60
          AND c.column_name NOT IN ('email', 'code', 'number', 'external_key', 'language', 'key') GROUP BY 1
        """,
        ["customer", "contact", "contact_role", "interaction", "product", "sales_order", "sales_order_line",
         "opportunity", "person", "team", "objective", "initiative", "action", "risk"],
    )  # fmt: skip
    for row in columns:
        apart = {("team", "name"): "$1 || id::text"}
        texts = ((name, apart.get((row["table_name"], name), "$1")) for name in row["names"])
        values = ", ".join(f"{name} = {value.replace('$1', '$1::text')}" for name, value in texts)
        await DB.execute(f"UPDATE {row['table_name']} SET {values}", text)
    await DB.execute("UPDATE customer SET email = $1", text)
    await DB.execute("UPDATE contact SET email = $1", text)


@pytest.mark.slow
@pytest.mark.parametrize("text", EVERYWHERE)
async def test_no_page_list_or_export_leads_where_somebody_typed(client, cast, now, text):
    things = await belongings(cast, now)
    known = {name: getattr(things, name) for name in things.__dataclass_fields__} | {"team": cast.north}
    known |= {"person": cast.alice.id, "product": await _product()}
    known |= {"key": "situation", "number": 1, "workflow": "relationship", "name": "relationship"}
    await evil_everywhere(text)
    browser, seen = await client(cast.ada), 0
    for path in routes("GET"):
        if set(parameters(path)) <= known.keys():
            answer = await browser.get(filled(path, known))
            assert answer.status_code < 500, path
            if answer.headers.get("content-type", "").startswith("text/html"):
                page = Leads(answer.text)
                assert [lead for lead in page.found if not is_fine(lead)] == [], path
                assert page.handlers == [], path
                seen += text.strip()[:8] in answer.text
    assert seen > 5
    exported = await browser.get("/customers", params={"format": "xlsx"})
    book = load_workbook(io.BytesIO(exported.content))
    assert not [cell for row in book.active.iter_rows() for cell in row if cell.hyperlink or cell.data_type == "f"]
    lines = csv.reader(io.StringIO((await browser.get("/customers", params={"format": "csv"})).text))
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@", "\t"))]


def replaced(value, text):
    """The content of a plan with `text` in the place of whatever people wrote."""
    if isinstance(value, dict):
        typed = {"title", "name", "name_zh", "author", "job", "text", "industry", "city", "note", "mitigation"}
        return {
            key: text if key in typed and isinstance(one, str) else replaced(one, text) for key, one in value.items()
        }
    return [replaced(one, text) for one in value] if isinstance(value, list) else value


@pytest.mark.slow
@pytest.mark.parametrize("text", [EVIL[0], EVIL[10]])
def test_a_plan_on_paper_leads_only_to_its_own_pages(text):
    of = replaced(content(), text)
    of["sections"] = dict.fromkeys(of["sections"], text)
    paper = PdfReader(io.BytesIO(pdf(html(of, sheet("approved", of), "en"), data=Path(FOLDER), identifier=b"0" * 16)))
    links = [note.get_object() for page in paper.pages for note in page.get("/Annots", [])]
    assert not [link["/A"] for link in links if "/URI" in link.get("/A", {}) or "/JS" in link.get("/A", {})]
    assert text[:10] in paper.pages[0].extract_text().replace("\n", "")


async def _product():
    return await DB.fetchval(
        "INSERT INTO product (id, code, name, name_zh, family, unit, currency, active) "
        "VALUES (new_id(), 'P', 'Pump', '', '', '', 'EUR', TRUE) RETURNING id"
    )
