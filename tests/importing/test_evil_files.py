"""Files that were made to harm: each gives its rows or a sentence, soon, and the next file is read as ever."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from pathlib import Path
from uuid import UUID

import pytest

from kam.database.engine import DB
from kam.errors import Invalid
from kam.importing import apart, inside, limits
from kam.importing.cli import import_file
from kam.importing.layout import Layout
from kam.importing.limits import PAGE, Limits
from kam.importing.reading import read
from kam.importing.source import Source
from kam.importing.starting import import_in_worker
from kam.jobs.tasks import Cancelled, WorkHandle
from tests.importing import misreading
from tests.importing.bringing import NOW, bring
from tests.importing.evil import ACME, HEADER, LAUGHS, STRICT, packed_to_much, text_cell, wide, workbook, zipped

DATA = Path(os.environ.get("KAM_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
SOON = 10.0
MEMORY, DAMAGED = "takes more than 700 MB of memory", "is damaged and cannot be opened"
UNPACKED = "Unpacked, the file is larger than 500 MB"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000

REFUSED = {
    "a row far beyond the last": (workbook(HEADER + f'<row r="2147483647">{text_cell("A2147483647")}</row>'), MEMORY),
    "a row number that is none": (workbook(HEADER + '<row r="99999999999999999999"><c><v>1</v></c></row>'), MEMORY),
    "a cell in the last corner": (workbook(HEADER + f'<row r="1048576">{text_cell("XFD1048576")}</row>'), MEMORY),
    "entities within entities": (workbook(HEADER + f'<row r="2">{text_cell("A2", "&h;")}</row>', before=LAUGHS), DAMAGED),  # noqa: E501
    "a cell reference that is none": (workbook(HEADER + f'<row r="2">{text_cell("2A")}</row>'), DAMAGED),
    "a missing shared string": (workbook(HEADER + '<row r="2"><c r="A2" t="s"><v>77</v></c></row>'), DAMAGED),
    "a sheet that breaks off": (workbook(HEADER + ACME, whole=False), DAMAGED),
    "a zip cut off": (workbook(HEADER + ACME)[:700], DAMAGED),
    "a sheet of a gigabyte": (workbook(HEADER, megabytes=501), UNPACKED),
    "gzip of a gigabyte": (packed_to_much(510), UNPACKED),
    "a password": (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "the old format": (COMPOUND + "Workbook".encode("utf-16-le"), "an old format"),
    "a table of another program": (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "no XLSX"),
    "two hundred thousand columns": (wide(50, 200_000), "more than 500 columns"),
    "a quote never closed": (b'name,since\nA,1\n"B,2\nC,3\n', "opened on line 3 is never closed"),
    "a quote in a long row": (b'name,since\n"two\nlines","B,2\n' + b"C,3\n" * 500_000, "opened on line 3"),
    "a cell of millions": (b'name,since\nA,"' + b"x" * 2_000_000 + b'"\n', "on line 2 has more than 1,000,000"),
    "a line without an end": (b"name,since\n" + b"x" * 9_000_000, "on line 2 has more than 1,000,000"),
}  # fmt: skip

READ = {
    "Strict Open XML": (workbook(HEADER + ACME, names=STRICT), [["Acme", "2026-03-05"]]),
    "a coloured cell in the last row": (
        workbook(HEADER + ACME + '<row r="1048576"><c r="A1048576" s="1"/></row>'), [["Acme", "2026-03-05"]]),
    "a stray cell in the last row": (
        workbook(HEADER + ACME + f'<row r="1048576">{text_cell("A1048576")}</row>'), [["Acme", "2026-03-05"], ["x", ""]]),  # noqa: E501
    "a formula that failed": (
        workbook(HEADER + '<row r="2"><c r="A2"><v>7</v></c><c r="B2" s="1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'),
        [["7", "#DIV/0!"]]),
    "a table that begins within the sheet": (
        workbook(f'<row r="5">{text_cell("C5", "name")}{text_cell("D5", "n")}</row>'
                 f'<row r="9">{text_cell("C9", "Acme")}<c r="D9" t="e"><v>#REF!</v></c></row>'), [["Acme", "#REF!"]]),
    "a date beyond all dates": (
        workbook(HEADER + '<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="1"><v>999999999</v></c></row>'), [["1", "999999999"]]),  # noqa: E501
    "many empty columns at the right": (b"name,since" + b"," * 3000 + b"\nAcme,2026" + b"," * 3000, [["Acme", "2026"]]),
    "quotes within cells": (b'name,since\n5" pipe,"a ""b"""\n', [['5" pipe', 'a "b"']]),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
async def test_an_evil_file_is_refused_soon_with_a_sentence(client, cast, what):
    content, sentence = REFUSED[what]
    browser, begun = await client(cast.alice), time.monotonic()
    answer = await browser.post("/imports", data={"kind": "customers"}, files={"file": ("evil", content)})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert time.monotonic() - begun < SOON
    assert await DB.fetchval("SELECT count(*) FROM import_file") == 0


@pytest.mark.parametrize("what", READ)
async def test_an_odd_file_gives_its_rows_soon(what):
    content, rows = READ[what]
    begun = time.monotonic()
    opened, _ = await apart.guess(Source("odd", content), "customers")
    assert (opened.first, opened.rows) == (rows, len(rows))
    assert time.monotonic() - begun < SOON


@pytest.mark.parametrize("name", limits._BEYOND)
def test_each_limit_is_told_with_its_number(name):
    assert f"{getattr(PAGE, name):,}" in str(limits.beyond(name, PAGE, line=1))


def test_rows_of_a_workbook_have_the_numbers_that_a_spreadsheet_shows():
    content, _ = READ["a table that begins within the sheet"]
    assert [line for line, _ in read(Source("a.xlsx", content), Layout(spreadsheet=True))] == [9]


async def test_a_file_with_too_many_rows_is_refused():
    few = Limits(**{name: getattr(PAGE, name) for name in PAGE.__slots__} | {"rows": 3})
    with pytest.raises(Invalid, match="more than 3 rows"):
        await apart.guess(Source("a.csv", b"name,n\n" + b"A,1\n" * 4, limits=few), "customers")


async def test_a_reader_that_hangs_is_stopped_at_its_limit_and_the_next_file_is_read(monkeypatch):
    short = Limits(**{name: getattr(PAGE, name) for name in PAGE.__slots__} | {"seconds": 1})
    with monkeypatch.context() as patch:
        patch.setattr(inside, "guess", misreading.hang)
        with pytest.raises(Invalid, match="longer than 1 seconds"):
            await apart.guess(Source("a.csv", b"name,n\nA,1\n", limits=short), "customers")
    opened, _ = await apart.guess(Source("a.csv", b"name,n\nA,1\n"), "customers")
    assert opened.first == [["A", "1"]]


async def test_an_import_whose_reader_hangs_is_cancelled_at_once_and_leaves_nothing(cast, monkeypatch):
    monkeypatch.setattr(inside, "judged", misreading.one_batch_then_hang)
    begun = time.monotonic()

    async def progress(done: int, doing: str) -> None:
        if done:
            raise Cancelled("no longer wanted")

    with pytest.raises(Cancelled):
        await bring("customers", "key,name\n1,One\n", cast.ada, progress=progress)
    assert time.monotonic() - begun < 3
    assert not await DB.fetchval("SELECT 1 FROM customer WHERE name = 'One'")


async def _work_over(content: bytes, cast, client) -> WorkHandle:
    """An import of the file as the worker gets it."""
    browser = await client(cast.alice)
    file = (await browser.post("/imports", data={"kind": "customers"}, files={"file": ("a.csv", content)})).headers
    data = {"column_key": "0", "column_name": "1", "currency": "CNY", "header": "1", "then": "import"}
    assert (await browser.post(file["location"], data=data)).status_code == 303
    row = await DB.fetchrow(
        "SELECT w.* FROM work w JOIN import_file f ON f.work = w.id WHERE f.id = $1",
        UUID(file["location"].rsplit("/", 1)[1]),
    )
    return WorkHandle(row, NOW)


async def test_an_import_whose_reader_is_killed_fails_with_a_sentence(client, cast, monkeypatch):
    monkeypatch.setattr(inside, "judged", misreading.one_batch_then_die)
    with pytest.raises(Invalid, match="Reading the file broke off"):
        await import_in_worker(await _work_over(b"key,name\n1,One\n", cast, client))


async def test_a_quote_opened_late_in_the_file_fails_the_import_with_its_line(client, cast):
    content = b"key,name\n" + b"".join(b"%d,Name %d\n" % (number, number) for number in range(3000)) + b'x,"open\ny,z\n'
    await DB.execute("UPDATE person SET language = 'zh_Hans' WHERE id = $1", cast.alice.id)
    with pytest.raises(Invalid, match="第 3002 行"):
        await import_in_worker(await _work_over(content, cast, client))
    assert not await DB.fetchval("SELECT 1 FROM customer WHERE name = 'Name 7'")


async def test_the_command_reads_its_callers_own_files_and_tells_the_same(cast, tmp_path):
    path = tmp_path / "only mine.csv"
    path.write_bytes(b'key,name\n1,"One\n')
    path.chmod(0o600)
    with pytest.raises(Invalid, match="opened on line 2 is never closed"):
        await import_file(path, "customers", by=cast.ada, now=NOW)
    path.write_bytes(b"key,name\n1,One\n")
    report = await import_file(path, "customers", by=cast.ada, now=NOW, say=lambda _: None)
    assert report.records["customers"]["new"] == 1


async def test_sixteen_evil_files_at_once_all_come_to_their_end():
    source = Source("evil.xlsx", REFUSED["a row far beyond the last"][0])
    answers = await asyncio.gather(*(apart.guess(source, "customers") for _ in range(16)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Invalid] * 16


@pytest.mark.parametrize(
    "path", [path for path in sorted(DATA.rglob("*")) if path.is_file()], ids=lambda path: path.name
)
async def test_every_collected_file_gives_rows_or_a_sentence(path):
    with contextlib.suppress(Invalid):
        opened, _ = await apart.guess(Source(path.name, path.read_bytes()), "customers")
        assert opened.first
