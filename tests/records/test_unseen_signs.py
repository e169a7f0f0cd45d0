"""Signs that nobody sees, that turn letters around, or that look like others, by every door of every kind: cleaned or
refused, and never kept."""

from __future__ import annotations

import csv
import io

import pytest

from kam.customers.changing_many import Wanted, change_many
from kam.database.engine import DB
from kam.errors import Invalid
from kam.kinds import KINDS
from kam.records import codes, rules
from kam.records import fields as f
from kam.records.adding import add
from kam.records.editing import edit
from tests.belongings import RECORDS
from tests.formful import sheets
from tests.importing.bringing import bring
from tests.records.making import make, required, sample

NOTHING = {
    "zero width space": "\u200b", "word joiner": "\u2060", "hangul filler": "\u3164", "half width filler": "\uffa0",
    "byte order mark": "\ufeff", "soft hyphen": "\u00ad", "braille blank": "\u2800", "left to right": "\u200e",
    "right to left override": "\u202e", "isolate": "\u2066\u2069", "variation": "\ufe0f", "no-break space": "\u00a0",
    "tag": "\U000e0041", "control": "\x07\x1f", "no XML": "\ufffe\uffff", "next line": "\u0085", "joiner": "\u200d",
}  # fmt: skip
EVERYTHING = "".join(NOTHING.values()).replace("\u00a0", "")
WITHIN = f"\u202eZebra{EVERYTHING}fish\u200b"
IN_A_FILE = WITHIN.replace("\x07\x1f", "")  # a file full of them is no table


@pytest.fixture(params=RECORDS, ids=lambda kind: kind.name)
def kind(request):
    return request.param


def texts(kind):
    return [one for one in kind.fields if one.type in (f.TEXT, f.LONG) and not one.reckoned and not one.protect]


def called(kind):
    """The field that people call it by, or of what follows from others in that the first text that they say."""
    return kind.titled if not kind.by_name[kind.titled].reckoned else texts(kind)[0].name


def is_named(kind):
    """Whether people name it, and no counter does where they leave that out."""
    return kind.by_name[called(kind)].required


async def kept(kind):
    """All texts that stand in the records of the kind, in its parts, in what is found by and in the history."""
    tables = [kind.sql_table, *(part.sql_table for part in kind.parts), "record", "record_change"]
    return " ".join([row["t"] for table in tables for row in await DB.fetch(f"SELECT t::text AS t FROM {table} t")])


def nothing_unseen(text):
    return not any(sign in text for sign in EVERYTHING)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if is_named(kind)], ids=lambda kind: kind.name)
async def test_a_name_that_shows_nothing_is_no_name(kind, cast, now):
    said = sample(kind, now) | await required(kind, by=cast.alice, now=now)
    whose = cast.acme if kind.of_customers else None
    for what, nothing in NOTHING.items():
        with pytest.raises(Invalid) as refused:
            await add(kind, said | {called(kind): nothing * 3}, by=cast.alice, now=now, customer=whose)
        assert refused.value.fields == {called(kind): "Please fill this in."}, what


async def test_what_is_added_or_edited_keeps_no_sign_that_nobody_sees(kind, cast, now):
    said = sample(kind, now) | await required(kind, by=cast.ada, now=now)
    said |= {one.name: WITHIN for one in texts(kind)}
    said |= {
        part.name: [
            row | {one.name: WITHIN[: one.longest] for one in part.fields if one.type == f.TEXT}
            for row in said[part.name]
        ]
        for part in kind.parts
    }
    record = await add(kind, said, by=cast.ada, now=now, customer=cast.acme if kind.of_customers else None)
    assert "Zebrafish" in await kept(kind) and nothing_unseen(await kept(kind))
    await edit(kind, record, {called(kind): f"Other{EVERYTHING} name"}, by=cast.ada, now=now)
    assert "Other name" in await kept(kind) and nothing_unseen(await kept(kind))


async def test_no_form_brings_one_in(client, kind, cast, now):
    record = await make(kind, cast.acme, by=cast.alice, now=now)
    browser, address = await client(cast.alice), kind.address(record)
    sent = next(one for one in sheets((await browser.get(f"{address}/edit")).text) if one.action == address).data
    empty = await browser.post(address, data=sent | {called(kind): "\u200b\u3164"})
    if is_named(kind):
        assert empty.status_code == 422 and "Please fill this in." in empty.text
    revision = await DB.fetchval(f"SELECT revision FROM {kind.sql_table} WHERE id = $1", record)
    sent |= {"revision": str(revision)}
    assert (await browser.post(address, data=sent | {called(kind): WITHIN})).status_code == 303
    assert "Zebrafish" in await kept(kind) and nothing_unseen(await kept(kind))


async def test_no_file_brings_one_in(kind, cast, now):
    said = sample(kind, now) | await required(kind, by=cast.alice, now=now)
    named = {one.name: one.title for one in kind.fields if one.type in (f.TEXT, f.DAY, f.CHOICE) and one.name in said}
    named |= {name: kind.by_name[name].title for name in said if name in kind.by_name and kind.by_name[name].of}
    numbers = {row["id"]: row["title"] for row in await DB.fetch("SELECT id, title FROM record")}
    cells = {name: numbers.get(said[name], said[name]) for name in named}
    for part in kind.parts:
        for one in part.fields:
            if one.type in (f.TEXT, f.NUMBER) and not one.reckoned:
                named[part.column(one)] = one.title
                cells[part.column(one)] = IN_A_FILE[: one.longest] if one.type == f.TEXT else "1"
    cells |= {one.name: IN_A_FILE for one in texts(kind) if one.type == f.TEXT and one.name in named}
    heads = ["Customer", *named.values()] if kind.of_customers else list(named.values())
    whose = ["C-ACME"] if kind.of_customers else []
    empty = cells | {called(kind): "\u200b\u3164"}
    out = io.StringIO(newline="")
    csv.writer(out).writerows([heads, [*whose, *cells.values()], [*whose, *empty.values()]])
    report = await bring(kind.path, out.getvalue(), cast.alice)
    assert report.records[kind.path]["new"] == 1, report.failed_rows.decode()
    assert report.not_imported == 1, report.findings
    assert "Zebrafish" in await kept(kind) and nothing_unseen(await kept(kind))


async def test_no_bulk_change_brings_one_in(cast, now):
    await change_many([cast.acme], Wanted(tag=f"first{EVERYTHING}"), by=cast.mona, now=now)
    assert await DB.fetchval("SELECT tags FROM customer WHERE id = $1", cast.acme) == ["first"]


@pytest.mark.parametrize(
    "text",
    ["👩\u200d🔧 工程师", "1\ufe0f\u20e3 ❤\ufe0f", "می\u200cخواهم", "葛\U000e0100城", "café", "ｶﾀｶﾅ", "é", "A B"],
)
def test_what_joins_signs_that_are_seen_stays(text):
    assert rules.visible(text) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ＡＢ１", "AB1"), ("AB\u20111", "AB-1"), ("A\u00a0 B", "A B"), ("ДВИГ-1", "ДВИГ-1"), ("电机1", "电机1")],
)
def test_codes_that_look_alike_are_one(typed, kept):
    assert codes.plain(typed) == kept and not codes.fault(kept)


@pytest.mark.parametrize("code", ["АВ1", "AB\u0410", "ΑB-1", "\u03bfx"])
def test_a_code_that_only_looks_latin_is_refused(code):
    assert "only looks like a Latin letter" in str(codes.fault(code))


async def test_codes_that_look_alike_are_refused_by_form_and_file(client, cast):
    browser = await client(cast.alice)
    good = {"code": "AB-1", "name": "Lamp", "currency": "EUR"}
    assert (await browser.post("/products", data=good)).status_code == 303
    alike = await browser.post("/products", data=good | {"code": "ＡＢ\u2011１\u200b", "name": "Other"})
    assert alike.status_code == 422 and "Another product has this code." in alike.text
    greek = await browser.post("/products", data=good | {"code": "\u0391B-1"})
    assert greek.status_code == 422 and "only looks like a Latin letter" in greek.text
    report = await bring("products", "code,name\nＡＢ\u2011１,Renamed\n\u0391B-1,Greek\n", cast.alice)
    assert report.records["products"] == {"new": 0, "changed": 1, "unchanged": 0} and report.not_imported == 1
    assert [row["name"] for row in await DB.fetch("SELECT name FROM product")] == ["Renamed"]
