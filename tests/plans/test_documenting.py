"""The PDF of a plan as long work: the approved version, kept for whoever sees the customer."""

import io

import pytest
from pypdf import PdfReader

from kam import settings
from kam.database.engine import DB
from kam.jobs.tasks import WorkHandle
from kam.plans import documenting
from kam.plans.queries import documents
from kam.plans.writing import write_section
from tests.plans.test_freezing import step
from tests.server import FOLDER


@pytest.fixture(autouse=True)
def data(monkeypatch):
    monkeypatch.setattr(documenting, "read", lambda: settings.Settings(data=FOLDER))


async def made(plan, by, now, language="en"):
    work = await documenting.ask_for_pdf(plan, language=language, by=by, now=now)
    handle = WorkHandle(await DB.fetchrow("SELECT * FROM work WHERE id = $1", work), now)
    await documenting.make_pdf(handle)
    return await DB.fetchrow("SELECT * FROM document WHERE id = $1", handle.document)


def text_of(document):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document["content"])).pages)


async def test_the_pdf_shows_the_approved_version_and_not_what_stands_there_today(ready, cast, now):
    await step(ready, "submit", cast.alice, now)
    await step(ready, "approve", cast.mona, now)
    await step(ready, "revise", cast.alice, now, comment="Reality has moved.")
    await write_section(ready, "situation", "Rewritten after the approval.", by=cast.alice, now=now, revision=1)
    document = await made(ready, cast.alice, now)
    text = text_of(document)
    assert "situation: 我们与客户共同成长。" in text
    assert "Rewritten" not in text
    assert cast.mona.name in text
    assert "Approved" in text
    assert document["name"].endswith(" v1 en.pdf")
    assert document["customer"] == cast.acme
    assert (await made(ready, cast.bob, now))["sha256"] == document["sha256"]


async def test_a_draft_says_that_it_is_one(ready, cast, now):
    assert "Draft" in text_of(await made(ready, cast.alice, now))


async def test_only_whoever_sees_the_customer_reads_the_document(ready, cast, now, client):
    document = await made(ready, cast.alice, now)
    answer = await (await client(cast.bob)).get(f"/documents/{document['id']}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == document["content"]
    assert (await (await client(cast.charlie)).get(f"/documents/{document['id']}")).status_code == 404
    assert (await (await client(None)).get(f"/documents/{document['id']}")).status_code == 303


async def test_characters_that_no_font_has_are_named_in_the_file_and_beside_it(plan, cast, now, client):
    await write_section(plan, "situation", "A rocket: 🚀", by=cast.alice, now=now, revision=0)
    work = await documenting.ask_for_pdf(plan, language="en", by=cast.alice, now=now)
    handle = WorkHandle(await DB.fetchrow("SELECT * FROM work WHERE id = $1", work), now)
    await documenting.make_pdf(handle)
    assert handle.result == {"undrawn": "🚀"}
    document = await DB.fetchrow("SELECT * FROM document WHERE id = $1", handle.document)
    text = text_of(document).replace("\n", " ")
    assert "A rocket: □" in text and "U+1F680 rocket" in text
    await DB.execute(
        "UPDATE work SET state = 'done', document = $2, result = $3::text::jsonb WHERE id = $1",
        work, handle.document, '{"undrawn": "🚀"}',
    )  # fmt: skip
    alice = await client(cast.alice)
    assert f'href="/plans/{plan}"' in (await alice.get(f"/work/{work}")).text
    for page in (f"/work/{work}", f"/plans/{plan}"):
        assert "🚀" in (await alice.get(page)).text, page


async def test_a_file_that_shows_everything_says_nothing_of_it(ready, cast, now):
    work = await documenting.ask_for_pdf(ready, language="zh_Hans", by=cast.alice, now=now)
    handle = WorkHandle(await DB.fetchrow("SELECT * FROM work WHERE id = $1", work), now)
    await documenting.make_pdf(handle)
    assert handle.result == {}


async def test_the_same_file_made_twice_is_listed_once(plan, cast, now):
    await made(plan, cast.alice, now)
    await made(plan, cast.bob, now)
    assert len(await documents(plan)) == 1


async def test_interrupted_after_it_was_stored_it_is_not_drawn_again(plan, cast, now):
    """Begun anew it left a second document, which no work named."""
    work = await documenting.ask_for_pdf(plan, language="en", by=cast.alice, now=now)
    for _ in range(2):
        await documenting.make_pdf(WorkHandle(await DB.fetchrow("SELECT * FROM work WHERE id = $1", work), now))
    (document,) = await DB.fetch("SELECT id FROM document")
    assert await DB.fetchval("SELECT document FROM work WHERE id = $1", work) == document["id"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Growth: 2027", "C-1 Growth 2027 draft en.pdf"),
        ("Growth / 2027", "C-1 Growth 2027 draft en.pdf"),
        (" 增长\t计划 ", "C-1 增长 计划 draft en.pdf"),
    ],
)
def test_the_name_of_the_file_has_one_space_where_the_title_has_what_files_do_not_take(title, name):
    sheet = documenting.Sheet(mark="draft", hash="", made_at="")
    assert documenting.file_name({"customer_code": "C-1", "title": title}, sheet, "en") == name


async def test_fourteen_clicks_for_one_pdf_lead_to_one_work(ready, cast, client):
    browser = await client(cast.alice)
    answers = [await browser.post(f"/plans/{ready}/documents", data={"language": "en"}) for _ in range(14)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await DB.fetchval("SELECT count(*) FROM work") == 1
    assert await DB.fetchval("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'long_work'") == 1


async def test_another_language_version_or_person_is_another_work(ready, cast, now):
    await step(ready, "submit", cast.alice, now)
    asked = {
        await documenting.ask_for_pdf(ready, language="en", by=cast.alice, now=now),
        await documenting.ask_for_pdf(ready, language="zh_Hans", by=cast.alice, now=now),
        await documenting.ask_for_pdf(ready, language="en", by=cast.bob, now=now),
    }
    assert len(asked) == 3
    assert await documenting.ask_for_pdf(ready, number=1, language="en", by=cast.alice, now=now) in asked
    await step(ready, "send_back", cast.mona, now, comment="More, please.")
    await step(ready, "submit", cast.alice, now)
    assert await documenting.ask_for_pdf(ready, number=2, language="en", by=cast.alice, now=now) not in asked


async def test_a_draft_that_was_written_on_since_is_another_work(ready, cast, now):
    first = await documenting.ask_for_pdf(ready, language="en", by=cast.alice, now=now)
    assert await documenting.ask_for_pdf(ready, language="en", by=cast.alice, now=now) == first
    await write_section(ready, "situation", "Rewritten.", by=cast.alice, now=now, revision=1)
    assert await documenting.ask_for_pdf(ready, language="en", by=cast.alice, now=now) != first


async def test_a_pdf_that_waits_can_be_cancelled_by_who_asked_and_by_an_administrator(ready, cast, client):
    for person in (cast.alice, cast.ada):
        place = (await (await client(cast.alice)).post(f"/plans/{ready}/documents", data={"language": "en"})).headers
        answer = await (await client(person)).post(f"{place['location']}/cancellation", data={})
        assert answer.status_code == 303
        assert await DB.fetchval("SELECT state FROM work ORDER BY id DESC LIMIT 1") == "cancelled", person.name
