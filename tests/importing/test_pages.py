"""The import pages: from the upload to the report and the file of failed rows."""

from __future__ import annotations

import json
from unittest.mock import AsyncMock
from uuid import UUID

import pytest

from kam.database.engine import DB
from kam.importing import apart, mapping, running
from kam.importing.starting import import_in_worker
from kam.jobs.tasks import Cancelled, WorkHandle
from kam.people.pages import choosing

CUSTOMERS = "客户编号,客户名称,行业,国家\n1001,华东电子有限公司,电子,中国\n1002,Nordic Paper,paper,Sweden\n,,,\n1003,,paper,Sweden\n"  # noqa: E501


async def uploaded(browser, content: bytes, kind: str = "customers", name: str = "kunden.csv") -> str:
    answer = await browser.post("/imports", data={"kind": kind}, files={"file": (name, content, "text/csv")})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def in_worker(file: str, now) -> dict:
    row = await DB.fetchrow(
        "SELECT w.* FROM work w JOIN import_file f ON f.work = w.id WHERE f.id = $1", UUID(file.rsplit("/", 1)[1])
    )
    handle = WorkHandle(row, now)
    await import_in_worker(handle)
    await DB.execute(
        "UPDATE work SET state = 'done', result = $2::text::jsonb, document = $3 WHERE id = $1",
        row["id"],
        json.dumps(handle.result),
        handle.document,
    )
    return handle.result


async def test_a_chinese_file_in_gbk_is_understood_and_comes_in(client, cast, now):
    browser = await client(cast.alice)
    file = await uploaded(browser, CUSTOMERS.encode("gb18030"))
    shown = (await browser.get(file)).text
    assert "华东电子有限公司" in shown
    data = {
        "column_key": "0",
        "column_name": "1",
        "column_industry": "2",
        "column_country": "3",
        "currency": "CNY",
        "header": "1",
        "encoding": "gb18030",
        "then": "check",
    }
    assert (await browser.post(file, data=data)).status_code == 303
    checked = await in_worker(file, now)
    assert checked["records"]["customers"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert checked["kept"] is False
    assert not await DB.fetchval("SELECT 1 FROM customer WHERE name = 'Nordic Paper'")
    assert (await browser.post(file, data=data | {"then": "import"})).status_code == 303
    assert (await in_worker(file, now))["kept"] is True
    made = await DB.fetchrow("SELECT * FROM customer WHERE name = '华东电子有限公司'")
    assert (made["owner"], made["team"], made["currency"]) == (cast.alice.id, cast.north, "CNY")
    report = (await browser.get(file)).text
    assert "data-report" in report
    failed = await browser.get(f"{file}/failed-rows")
    assert failed.content.decode("utf-8-sig").splitlines()[1].startswith("1003,,paper,Sweden,5,")


@pytest.mark.parametrize("place", ["9" * 5000, "-1", "4", "²", "٣", "x"])
async def test_a_column_that_the_file_does_not_have_is_none(client, cast, place):
    browser = await client(cast.alice)
    file = await uploaded(browser, b"id,name,notes\n1,One,first\n")
    data = {"column_key": "0", "column_name": place, "currency": "CNY", "header": "1", "then": "check"}
    answer = await browser.post(file, data=data)
    assert answer.status_code == 422
    assert "Choose the column" in answer.text


async def test_the_choice_of_columns_is_remembered_for_the_next_file_with_the_same_header(client, cast, now):
    browser = await client(cast.alice)
    first = await uploaded(browser, b"id,name,notes\n1,One,first\n")
    await browser.post(
        first, data={"column_key": "0", "column_name": "2", "currency": "CNY", "header": "1", "then": "check"}
    )
    second = await uploaded(browser, b"id,name,notes\n2,Two,second\n")
    mapped = await DB.fetchval("SELECT mapping FROM import_file WHERE id = $1", UUID(second.rsplit("/", 1)[1]))
    assert json.loads(mapped) == {"key": 0, "name": 2}


async def test_a_missing_column_is_named_and_nothing_that_was_chosen_is_lost(client, cast):
    browser = await client(cast.alice)
    file = await uploaded(browser, b"a,b\n1,2\n")
    answer = await browser.post(file, data={"column_notes": "1", "currency": "CNY", "header": "1", "then": "import"})
    assert answer.status_code == 422
    field = answer.text.split('for="f-column_name"')[1].split("</div>")[0]
    assert "Choose the column that holds this field." in field
    assert 'value="CNY"' in answer.text


async def test_an_empty_or_missing_file_is_explained(client, cast):
    browser = await client(cast.alice)
    empty = await browser.post("/imports", data={"kind": "customers"}, files={"file": ("a.csv", b"", "text/csv")})
    assert empty.status_code == 422
    assert "The file is empty" in empty.text
    none = await browser.post("/imports", data={"kind": "customers"})
    assert none.status_code == 422
    assert "Please choose a file." in none.text
    broken = await browser.post(
        "/imports", data={"kind": "customers"}, files={"file": ("a.xlsx", b"PK\x03\x04broken", "application/zip")}
    )
    assert broken.status_code == 422
    assert "cannot be opened" in broken.text


async def test_nobody_sees_the_file_of_somebody_else(client, cast):
    file = await uploaded(await client(cast.alice), b"id,name\n1,One\n")
    outsider = await client(cast.charlie)
    assert (await outsider.get(file)).status_code == 404
    assert (await outsider.get(f"{file}/failed-rows")).status_code == 404
    assert (await outsider.post(file, data={"then": "import"})).status_code == 404


async def test_who_may_not_import_is_refused(client, cast):
    browser = await client(cast.rita)
    assert (await browser.get("/imports")).status_code == 403
    answer = await browser.post(
        "/imports", data={"kind": "customers"}, files={"file": ("a.csv", b"a,b\n1,2", "text/csv")}
    )
    assert answer.status_code == 403


async def test_a_team_of_others_or_an_unknown_owner_is_told_beside_its_field(client, cast):
    browser = await client(cast.alice)
    file = await uploaded(browser, CUSTOMERS.encode())
    nobody = "00000000-0000-7000-8000-000000000000"
    answer = await browser.post(file, data={"currency": "EUR", "team": str(cast.south), "owner": nobody})
    assert answer.status_code == 422
    assert 'id="f-team-fault"' in answer.text and 'id="f-owner-fault"' in answer.text


async def test_the_owner_of_what_comes_in_is_typed_where_there_are_many_people(client, cast, monkeypatch):
    monkeypatch.setattr(choosing, "FEW", 0)
    browser = await client(cast.mona)
    file = await uploaded(browser, CUSTOMERS.encode())
    wrong = await browser.post(file, data={"currency": "EUR", "owner": "Zoe"})
    assert wrong.status_code == 422 and 'value="Zoe"' in wrong.text
    assert (await browser.post(file, data={"currency": "EUR", "owner": "Bob"})).status_code == 303
    assert 'value="Bob Team · bob@example.com"' in (await browser.get(file)).text


async def test_a_second_click_answers_with_the_import_that_is_under_way_and_does_not_start_another(client, cast):
    browser = await client(cast.alice)
    file = await uploaded(browser, CUSTOMERS.encode())
    chosen = {"column_key": "0", "column_name": "1", "currency": "EUR", "header": "1"}
    for _ in range(2):
        assert (await browser.post(file, data=chosen | {"then": "import"})).status_code == 303
    assert await DB.fetchval("SELECT count(*) FROM work WHERE kind = 'import'") == 1
    shown = (await browser.get(file)).text
    assert "data-work" in shown and 'name="then"' not in shown
    other = await browser.post(file, data=chosen | {"then": "check"})
    assert other.status_code == 422
    assert "This file is being read." in other.text


async def test_a_cancelled_import_leads_back_to_its_file_and_can_be_started_again(client, cast):
    browser = await client(cast.alice)
    file = await uploaded(browser, CUSTOMERS.encode())
    chosen = {"column_key": "0", "column_name": "1", "currency": "EUR", "header": "1", "then": "import"}
    await browser.post(file, data=chosen)
    work = await DB.fetchval("SELECT work FROM import_file WHERE id = $1", UUID(file.rsplit("/", 1)[1]))
    cancelled = await browser.post(f"/work/{work}/cancellation", data={"back": file})
    assert cancelled.headers["location"] == file
    shown = (await browser.get(file)).text
    assert 'data-ended="cancelled"' in shown and 'name="then"' in shown
    elsewhere = await browser.post(f"/work/{work}/cancellation", data={"back": "//elsewhere.example"})
    assert elsewhere.headers["location"] == f"/work/{work}"
    assert (await browser.post(file, data=chosen)).status_code == 303
    assert await DB.fetchval("SELECT work FROM import_file WHERE id = $1", UUID(file.rsplit("/", 1)[1])) != work


async def asked_for(client, cast) -> tuple[str, UUID]:
    browser = await client(cast.alice)
    file = await uploaded(browser, CUSTOMERS.encode())
    chosen = {"column_key": "0", "column_name": "1", "currency": "EUR", "header": "1", "then": "import"}
    assert (await browser.post(file, data=chosen)).status_code == 303
    return file, await DB.fetchval("SELECT work FROM import_file WHERE id = $1", UUID(file.rsplit("/", 1)[1]))


@pytest.fixture
def cancelling_at(monkeypatch, client, cast):
    """Cancels the work when the import comes to this function, and keeps what the page said to that."""

    def at(moment: str, work: UUID) -> list[str]:
        goes_on, told = getattr(running, moment), []

        async def cancelled(*args):
            browser = await client(cast.alice)
            address = (await browser.post(f"/work/{work}/cancellation")).headers["location"]
            told.append((await browser.get(address)).text)
            return await goes_on(*args)

        monkeypatch.setattr(running, moment, cancelled)
        return told

    return at


async def test_an_import_cancelled_in_its_last_moment_leaves_nothing(client, cast, now, cancelling_at):
    file, work = await asked_for(client, cast)
    await DB.execute("UPDATE work SET state = 'running' WHERE id = $1", work)
    told = cancelling_at("_touched", work)
    with pytest.raises(Cancelled):
        await in_worker(file, now)
    assert "It is being stopped." in told[0]
    assert await DB.fetchval("SELECT count(*) FROM customer WHERE external_key = '1001'") == 0


async def test_an_import_that_is_kept_says_that_it_is_too_late_to_cancel_it(client, cast, now, cancelling_at):
    file, work = await asked_for(client, cast)
    await DB.execute("UPDATE work SET state = 'running' WHERE id = $1", work)
    told = cancelling_at("_refresh_facts", work)
    await in_worker(file, now)
    assert "It is too late to stop it: what it did is kept." in told[0]
    assert f'action="/work/{work}/cancellation"' not in told[0]
    assert not await DB.fetchval("SELECT cancel_asked FROM work WHERE id = $1", work)
    assert await DB.fetchval("SELECT count(*) FROM customer WHERE external_key = '1001'") == 1


async def test_watching_says_how_much_there_is_as_soon_as_it_is_known(client, cast):
    """The page may have been drawn before the total was known; the script shows what comes later."""
    _, work = await asked_for(client, cast)
    browser = await client(cast.alice)
    seen = []
    for total, result in ((None, "{}"), (60000, '{"kept": true}')):
        await DB.execute(
            "UPDATE work SET done = 1000, total = $2, result = $3::text::jsonb WHERE id = $1", work, total, result
        )
        answer = (await browser.get(f"/work/{work}", headers={"accept": "application/json"})).json()
        seen.append((answer["done_text"], answer["kept"]))
    assert seen == [("1,000", False), ("1,000 / 60,000", True)]


async def test_an_import_that_is_being_stopped_can_be_asked_for_again_at_once(client, cast):
    file, work = await asked_for(client, cast)
    await DB.execute("UPDATE work SET state = 'running' WHERE id = $1", work)
    browser = await client(cast.alice)
    await browser.post(f"/work/{work}/cancellation")
    chosen = {"column_key": "0", "column_name": "1", "currency": "EUR", "header": "1", "then": "import"}
    assert (await browser.post(file, data=chosen)).status_code == 303
    again = await DB.fetchrow("SELECT w.* FROM work w JOIN import_file f ON f.work = w.id WHERE f.name = 'kunden.csv'")
    assert (again["id"] != work, again["state"], again["cancel_asked"]) == (True, "waiting", False)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, b"\0" * 5000,
        bytes.fromhex("D0CF11E0A1B11AE1") + bytes(range(256)) * 20, "id,name\n1,One\n".encode("utf-32"),
        b"\x1f\x8bno gzip at all", b"id,name\n", b"name\n" + b"x" * 3_000_000, b"PK\x03\x04no workbook",
        b",".join(b"c%d" % number for number in range(600)) + b"\n1\n",
    ],
)  # fmt: skip
async def test_what_is_no_table_is_explained_beside_the_field(client, cast, content):
    browser = await client(cast.alice)
    answer = await browser.post("/imports", data={"kind": "customers"}, files={"file": ("a.csv", content, "text/csv")})
    assert answer.status_code == 422
    assert 'id="f-file-fault"' in answer.text
    told = await browser.post(
        "/imports", data={"kind": "customers"}, files={"file": ("a.csv", content, "text/csv")},
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert told.json()["message"]


async def test_a_script_that_sends_a_file_is_told_where_to_go_on(client, cast):
    browser = await client(cast.alice)
    answer = await browser.post(
        "/imports", data={"kind": "customers"}, files={"file": ("a.csv", CUSTOMERS.encode(), "text/csv")},
        headers={"accept": "application/json"},
    )  # fmt: skip
    assert (await browser.get(answer.json()["path"])).status_code == 200


async def test_an_encoding_in_which_nothing_is_left_to_read_keeps_the_page(client, cast):
    browser = await client(cast.alice)
    file = await uploaded(browser, b"id,name\n1,One\n")
    answer = await browser.post(file, data={"encoding": "utf-16", "header": "1", "currency": "EUR", "then": "look"})
    assert answer.status_code in (303, 422)
    assert "Which column is what" in (answer.text if answer.status_code == 422 else (await browser.get(file)).text)


async def test_columns_that_fill_no_field_are_named_before_and_after_the_import(client, cast, now):
    browser = await client(cast.alice)
    file = await uploaded(browser, b"Name,Tags,Fax\nOne,a,\n")
    assert "Columns not taken: Tags, Fax" in (await browser.get(file)).text
    data = {"column_name": "0", "column_notes": "1", "currency": "EUR", "header": "1", "then": "check"}
    assert (await browser.post(file, data=data)).status_code == 303
    assert (await in_worker(file, now))["not_taken"] == ["Fax"]
    report = (await browser.get(file)).text.split("data-report")[1].split("</section>")[0]
    assert "Columns not taken: Fax" in report


async def test_nothing_is_said_of_columns_where_all_are_taken(client, cast):
    browser = await client(cast.alice)
    file = await uploaded(browser, b"Name,Country\nOne,NO\n")
    assert "Columns not taken" not in (await browser.get(file)).text


def test_a_column_without_a_name_is_left_out_by_its_number_if_anything_stands_in_it():
    first = [["One", "", "x", "y"], ["Two"]]
    assert mapping.not_taken(["Name", "", "", "Notes\n(old)"], first, {"name": 0}) == ["3", "Notes (old)"]


async def test_the_page_of_a_file_does_not_read_it_again_until_it_is_cut_otherwise(client, cast, monkeypatch):
    browser = await client(cast.alice)
    file = await uploaded(browser, b"id;name\0;notes\n1;Eins\0;a,b\n" + b"2;Zwei;c,d\n" * 20)
    reading = AsyncMock(side_effect=AssertionError("the file is read"))
    with monkeypatch.context() as patch:
        patch.setattr(apart, "peek", reading)
        assert "Eins" in (await browser.get(file)).text
        chosen = {"column_key": "0", "column_name": "1", "currency": "CNY", "separator": ";", "then": "look"}
        assert (await browser.post(file, data=chosen | {"header": "1", "date_order": "mdy"})).status_code == 303
    assert (await browser.post(file, data=chosen | {"header": "1", "separator": ","})).status_code == 303
    assert "id;name;notes" in (await browser.get(file)).text


async def test_a_file_from_before_its_first_rows_were_kept_is_still_shown(client, cast):
    browser = await client(cast.alice)
    file = await uploaded(browser, b"id,name\n1,One\n")
    await DB.execute("UPDATE import_file SET first = NULL")
    assert "One" in (await browser.get(file)).text


async def test_blank_lines_are_no_rows(client, cast):
    browser = await client(cast.alice)
    blank = "\n,,,\n\n" * 50
    shown = (await browser.get(await uploaded(browser, (CUSTOMERS + blank).encode()))).text
    assert "About 3 rows" in shown
    many = CUSTOMERS + "".join(f"{key},Company {key},paper,Sweden\n\n,,,\n" for key in range(2000, 4500))
    for encoding in ("utf-8", "utf-16", "gb18030"):
        assert "About 2,503 rows" in (await browser.get(await uploaded(browser, many.encode(encoding)))).text, encoding


async def test_a_file_that_is_refused_is_named(client, cast):
    browser = await client(cast.alice)
    sent = {"file": ("Kunden <2026>.csv", b"\0\1\2", "text/csv")}
    for kind in ("customers", "lottery"):
        answer = await browser.post("/imports", data={"kind": kind}, files=sent)
        assert answer.status_code == 422 and "It was not taken: Kunden &lt;2026&gt;.csv" in answer.text


async def test_a_report_of_an_earlier_version_is_still_shown(client, cast, now):
    browser = await client(cast.alice)
    file = await uploaded(browser, b"code,name\nP1,Lamp\n", kind="products")
    said = {"column_code": "0", "column_name": "1", "currency": "EUR", "header": "1", "then": "check"}
    assert (await browser.post(file, data=said)).status_code == 303
    report = await in_worker(file, now)
    report["findings"] = {"products.cost": 3, "opportunities.amount": 2, "bygone.value": 1}
    await DB.execute("UPDATE work SET result = $1::text::jsonb", json.dumps(report))
    shown = (await browser.get(file)).text
    assert "Cost: what cannot be taken" in shown and "value: what cannot be taken" in shown
