"""Records with parts come in by file, one row for each part, and go out in the same shape."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.importing.judging import unarmed
from kam.quotations.kind import LINES
from kam.records import sets
from kam.web.list_export import harmless
from tests.importing.bringing import bring

HEAD = "Key of the record,Customer,What it is about,Valid until,Product,Description,Quantity,Unit price\n"
TWO = (
    "A,C-ACME,Drives,2026-08-01,P1,,10,\n"
    'A,,,,,Travel,,"1,250.50"\n'
    "B,C-ACME,Seals,2026-09-01,,Seal,3,5\n"
)  # fmt: skip


@pytest.fixture
async def product(cast):
    return await DB.fetchval(
        "INSERT INTO product (id, code, name, name_zh, family, unit, list_price, cost, currency)"
        " VALUES (new_id(), 'P1', 'Drive', '', '', 'pc', 100, 60, 'EUR') RETURNING id"
    )


@pytest.fixture
async def drive(product):
    await DB.execute(
        "INSERT INTO record (id, kind, number, title) SELECT id, 'product', code, name FROM product WHERE id = $1",
        product,
    )


async def quoted() -> list:
    return await DB.fetch("SELECT * FROM quotation ORDER BY title")


async def lines_of(quotation) -> list:
    return (await sets.read(LINES, [quotation]))[quotation]


def failed(report) -> list[list[str]]:
    """The line and the reason of each row that did not come in."""
    rows = list(csv.reader(io.StringIO(report.failed_rows.decode("utf-8-sig"), newline="")))[1:]
    return [row[-2:] for row in rows]


async def test_rows_with_the_same_key_become_one_record_with_a_part_each(cast, drive):
    report = await bring("quotations", HEAD + TWO, cast.alice)
    assert report.records["quotations"] == {"new": 2, "changed": 0, "unchanged": 0}, failed(report)
    drives, seals = await quoted()
    assert (drives["title"], drives["total"], seals["total"]) == ("Drives", Decimal("2250.50"), 15)
    assert [(one["description"], one["quantity"], one["unit_price"]) for one in await lines_of(drives["id"])] == [
        ("Drive", 10, 100),
        ("Travel", 1, Decimal("1250.50")),
    ]
    assert drives["customer"] == cast.acme and drives["number"].startswith("Q-")


async def test_a_row_without_key_and_number_is_a_record_of_its_own(cast):
    text = "Customer,What it is about,Valid until,Description,Unit price\n" + "C-ACME,One,2026-08-01,Seal,5\n" * 2
    assert (await bring("quotations", text, cast.alice)).records["quotations"]["new"] == 2


FAULTS = {
    "a number that is none": ("A,,,,,Travel,many,7\n", "is not a number"),
    "what the form refuses": ("A,,,,,Travel,1.00001,7\n", "at most 4 decimals"),
    "what the kind refuses": ("A,,,,,,2,7\n", "Give a product or a description."),
    "a product that is not there": ("A,,,,P9,,2,7\n", "Choose one that is there"),
    "another title": ("A,,Other,,,Travel,2,7\n", "differs from what an earlier row says"),
    "another customer": ("A,C-BETA,,,,Travel,2,7\n", "differs from what an earlier row says"),
    "a customer who is not there": ("A,C-GHOST,,,,Travel,2,7\n", "There is no customer"),
    "cells beyond the header": ("A,,,,,Travel,2,7,8\n", "more cells than the header"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_faulty_row_keeps_its_record_out_and_is_told_at_its_row(cast, drive, fault):
    await DB.execute(
        "INSERT INTO customer (id, code, name, team, owner, currency)"
        " SELECT new_id(), 'C-BETA', 'Beta', team, owner, 'EUR' FROM customer WHERE id = $1", cast.acme,
    )  # fmt: skip
    row, said = FAULTS[fault]
    text = HEAD + TWO.replace('A,,,,,Travel,,"1,250.50"\n', row)
    report = await bring("quotations", text, cast.alice)
    assert [one["title"] for one in await quoted()] == ["Seals"]
    assert report.not_imported == 2 and report.records["quotations"]["new"] == 1
    (first, sibling), (second, reason) = failed(report)
    assert (first, second) == ("2", "3") and said in reason, failed(report)
    assert "Another row of this record" in sibling and "Another row" not in reason
    again = report.failed_rows.decode("utf-8-sig").replace(row.strip(), 'A,,,,,Travel,,"1,250.50"')
    assert (await bring("quotations", again, cast.alice)).records["quotations"]["new"] == 1


async def test_what_is_wrong_with_the_record_stands_at_its_first_row(cast, drive):
    report = await bring("quotations", HEAD + TWO.replace("Drives,2026-08-01", "Drives,"), cast.alice)
    assert [line for line, _ in failed(report)] == ["2", "3"]
    assert "Please fill this in." in failed(report)[0][1] and "Another row" in failed(report)[1][1]


async def test_rows_of_a_number_change_its_record_and_replace_its_parts(cast, drive):
    await bring("quotations", HEAD + TWO, cast.alice)
    drives, seals = await quoted()
    text = "Number,Description,Quantity,Unit price\n" + f"{drives['number']},Drive,9,100\n{drives['number']},Oil,2,4\n"
    report = await bring("quotations", text + f"{seals['number']},Seal,3,5\n", cast.alice)
    assert report.records["quotations"] == {"new": 0, "changed": 1, "unchanged": 1}, failed(report)
    assert [(one["description"], one["quantity"]) for one in await lines_of(drives["id"])] == [("Drive", 9), ("Oil", 2)]
    drives, seals = await quoted()
    assert (drives["total"], drives["revision"], seals["revision"]) == (908, 2, 1)
    title = await bring("quotations", f"Number,What it is about\n{drives['number']},Engines\n", cast.alice)
    assert title.records["quotations"]["changed"] == 1 and len(await lines_of(drives["id"])) == 2


async def test_what_can_no_longer_be_changed_is_told_at_its_rows(cast, drive):
    await bring("quotations", HEAD + TWO, cast.alice)
    await DB.execute("UPDATE quotation SET state = 'sent'")
    number = (await quoted())[0]["number"]
    report = await bring("quotations", f"Number,Description,Unit price\n{number},One,1\n{number},Two,2\n", cast.alice)
    assert "can no longer be changed" in failed(report)[0][1] and "Another row" in failed(report)[1][1]
    unseen = await bring("quotations", "Number,Description\nQ-999999,One\nQ-999999,Two\n", cast.alice)
    assert "You see no record of this number" in failed(unseen)[0][1] and unseen.not_imported == 2


@pytest.mark.parametrize("count", [199, 200, 401])
async def test_many_records_whose_rows_lie_apart_come_in_whole(cast, count):
    rows = [f"{number},C-ACME,T{number},2026-08-01,,L{n},1,1\n" for n in (1, 2) for number in range(count)]
    report = await bring("quotations", HEAD + "".join(rows), cast.alice)
    assert report.records["quotations"]["new"] == count and report.rows == 2 * count
    assert await DB.fetchval("SELECT count(*) FROM quotation WHERE total = 2") == count


async def test_what_goes_out_comes_in(client, cast, drive):
    await bring("quotations", HEAD + TWO.replace("Travel", "-5 °C kit").replace("Seals", "@seals"), cast.alice)
    browser = await client(cast.alice)
    page = await browser.get("/quotations")
    assert "format=csv&amp;parts=1" in page.text
    file = (await browser.get("/quotations?format=csv&parts=1&sort=title")).text
    heads, *rows = csv.reader(io.StringIO(file.removeprefix("\ufeff"), newline=""))
    assert heads[:3] == ["Number", "Customer", "What it is about"] and "Unit cost" not in heads and len(rows) == 3
    same = await bring("quotations", file, cast.alice)
    assert same.records["quotations"] == {"new": 0, "changed": 0, "unchanged": 2}, failed(same)
    assert not same.not_taken and not same.findings
    anew = file.replace("Number", "Key of the record", 1)
    copied = await bring("quotations", anew, cast.alice)
    assert copied.records["quotations"]["new"] == 2, failed(copied)
    drives = [await lines_of(one["id"]) for one in await quoted() if one["title"] == "Drives"]
    assert len(drives) == 2 and drives[0] == drives[1]
    assert (await browser.get("/quotations?format=xlsx&parts=1")).status_code == 200
    assert (await browser.get("/quotations?format=nothing&parts=1")).status_code == 200


async def test_the_file_shows_what_the_list_shows(client, cast, drive):
    await bring("quotations", HEAD + TWO, cast.alice)
    file = (await (await client(cast.alice)).get("/quotations?format=csv&parts=1&q=Seals")).text
    assert "Seal" in file and "Drive" not in file
    assert "Seal" not in (await (await client(cast.charlie)).get("/quotations?format=csv&parts=1")).text
    assert (await (await client(cast.rita)).get("/quotations?format=csv&parts=1")).status_code in (200, 403)


@pytest.mark.parametrize("text", ["=1+1", "+49 30 123", "-5 °C", "@home", "|x", "plain", "'quoted'", "-5"])
def test_a_text_made_harmless_for_a_spreadsheet_is_read_as_it_was(text):
    assert unarmed(harmless(text)) == text
