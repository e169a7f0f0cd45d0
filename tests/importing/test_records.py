"""Records of a kind come in by a file as they would by its form: read, judged and begun by the same functions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.importing import kinds
from kam.importing.inside import guess
from kam.importing.source import Source
from kam.records.adding import add
from kam.records.deleting import delete
from kam.workflow.options import instance_of
from tests.importing.bringing import bring

HEADER = "Customer,Purpose of the visit,Guests,Distance,Day of the visit,Mood,Owner,Tags,Moment,Currency\n"
GOOD = 'C-ACME,Walk,3,"1,250.50",2026-07-01,Good mood,bob@example.com,"a,b",2026-07-01 14:30,EUR\n'


async def rows() -> list:
    return await DB.fetch("SELECT * FROM visit ORDER BY number")


def reasons(report) -> str:
    return report.failed_rows.decode("utf-8-sig")


async def test_a_line_becomes_a_record_with_its_history_workflow_and_row(cast, visits):
    report = await bring("visits", HEADER + GOOD, cast.alice)
    assert report.records["visits"] == {"new": 1, "changed": 0, "unchanged": 0}, reasons(report)
    [row] = await rows()
    assert (row["title"], row["guests"], row["distance"]) == ("Walk", 3, Decimal("1250.50"))
    assert (row["day"], row["mood"], row["owner"], row["tags"]) == (date(2026, 7, 1), "good", cast.bob.id, ["a", "b"])
    assert row["customer"] == cast.acme and row["number"].startswith("V-") and row["at"].hour == 14
    assert (await instance_of("visiting", row["id"])).state == "planned"
    assert await DB.fetchval("SELECT title FROM record WHERE id = $1", row["id"]) == "Walk"
    changes = await DB.fetchrow("SELECT * FROM record_change WHERE record = $1", row["id"])
    assert (changes["event"], changes["customer"], changes["by"]) == ("created", cast.acme, cast.alice.id)


@pytest.mark.parametrize("title", ["New contact", "title", "Purpose of the visit", "PURPOSE-OF-THE-VISIT"])
def test_columns_are_known_by_the_title_of_the_field_or_its_name(visits, title):
    _, columns = guess(Source("a.csv", f"Customer,{title}\nA,B\n".encode()), kinds.every()["visits"])
    assert ("title" in columns) == (title != "New contact") and "customer" in columns


FAULTY = {
    "guests": ("Guests", "100", "Please enter 99 or less."),
    "a word for a number": ("Guests", "many", "is not a number"),
    "a day that is none": ("Day of the visit", "31.02.2026", "is not a date"),
    "digits": ("Distance", "1.255", "at most 2 decimals"),
    "e-mail": ("E-mail", "nobody", "An e-mail address looks like"),
    "mood": ("Mood", "so so", "choose one of the list"),
    "currency": ("Currency", "ZZZ", "Choose one of the currencies"),
    "owner who may only read": ("Owner", "rita@example.com", "cannot be taken"),
    "nobody": ("Owner", "ghost", "cannot be taken"),
    "long": ("Phone", "1" * 301, "Please shorten this to 300 characters"),
    "hidden": ("Cost of the visit", "7", "Your role does not show you this field."),
}


@pytest.mark.parametrize("named", FAULTY)
async def test_a_faulty_cell_keeps_its_line_out_and_says_why(cast, visits, named):
    title, cell, said = FAULTY[named]
    text = f"Customer,Purpose of the visit,{title}\nC-ACME,Walk,{cell}\nC-ACME,Talk,\n"
    report = await bring("visits", text, cast.alice)
    assert [row["title"] for row in await rows()] == ["Talk"]
    assert said in reasons(report) and "\nC-ACME,Walk," in reasons(report) and ",2," in reasons(report)
    assert report.failures == 1 and report.not_imported == 1
    whole = await bring("visits", text.replace("Talk", "Again"), cast.alice, all_or_nothing=True)
    assert not whole.kept and len(await rows()) == 1


async def test_all_faults_of_a_line_are_told_at_once_and_in_the_language_of_the_reader(cast, visits):
    report = await bring("visits", "Customer,Purpose of the visit,Guests,E-mail\nC-ACME,,100,x\n", cast.alice)
    for said in ("99", "name@example.com", "Please fill this in."):
        assert said in reasons(report)


async def test_a_customer_of_another_team_is_as_good_as_not_there(cast, visits):
    ghost = await bring("visits", "Customer,title\nC-GHOST,Walk\n", cast.alice)
    theirs = await bring("visits", "Customer,title\nC-OMEGA,Walk\n", cast.alice)
    assert await rows() == []
    assert reasons(ghost).replace("C-GHOST", "C-OMEGA") == reasons(theirs)


async def test_a_known_one_is_changed_as_a_form_would_and_an_unseen_one_is_not_told_of(cast, now, visits):
    mine = await add(visits, {"title": "Walk", "guests": 2}, by=cast.alice, now=now, customer=cast.acme)
    theirs = await add(visits, {"title": "Run"}, by=cast.charlie, now=now, customer=cast.omega)
    numbers = {row["id"]: row["number"] for row in await rows()}
    text = "Number,title,Guests\n{0},Walk,5\n{1},Stolen,5\nV-999999,Ghost,5\n{2}\n"
    report = await bring("visits", text.format(numbers[mine], numbers[theirs], f"{numbers[mine]},Twice,5"), cast.alice)
    assert report.records["visits"] == {"new": 0, "changed": 1, "unchanged": 0}
    told = reasons(report).splitlines()[1:]
    assert [line.split(",")[1] for line in told] == ["Stolen", "Ghost", "Twice"]
    assert (
        told[0].replace(numbers[theirs], "x").split(",", 3)[3][2:]
        == (told[1].replace("V-999999", "x").split(",", 3)[3][2:])
    )
    found = {row["id"]: (row["title"], row["guests"], row["revision"]) for row in await rows()}
    assert found == {mine: ("Walk", 5, 2), theirs: ("Run", None, 1)}
    again = await bring("visits", f"Number,title,Guests\n{numbers[mine]},Walk,\n", cast.alice)
    assert again.records["visits"] == {"new": 0, "changed": 0, "unchanged": 1}
    await delete(visits, mine, by=cast.alice, now=now)
    gone = await bring("visits", f"Number,title\n{numbers[mine]},Back\n", cast.alice)
    assert gone.findings == {"deleted_record": 1}


async def test_what_a_unique_index_refuses_is_told_at_its_line(cast, visits):
    text = "Customer,title\nC-ACME,One\nC-ACME,Two\nC-ACME,One\nC-ACME,Three\n"
    report = await bring("visits", text, cast.alice)
    assert [row["title"] for row in await rows()] == ["One", "Two", "Three"]
    assert "There is a visit of this name." in reasons(report) and "One,4," in reasons(report)


async def test_a_currency_left_open_is_that_of_the_customer(cast, visits):
    await DB.execute("UPDATE customer SET currency = 'CNY' WHERE id = $1", cast.acme)
    await bring("visits", "Customer,title,Currency\nC-ACME,One,\nC-ACME,Two,USD\n", cast.alice)
    assert [row["currency"] for row in await rows()] == ["CNY", "USD"]


async def test_a_dry_run_writes_nothing(cast, visits):
    report = await bring("visits", HEADER + GOOD, cast.alice, dry_run=True)
    assert report.records["visits"]["new"] == 1 and await rows() == []


async def test_who_may_not_write_them_may_not_bring_them(cast, visits):
    from kam.errors import NotAllowed

    with pytest.raises(NotAllowed):
        await bring("visits", HEADER + GOOD, cast.sam)


async def test_files_of_other_kinds_follow_each_other(cast, visits):
    """Over the same connection, whose prepared statements know the columns of the file before."""
    files = {"visits": "Purpose of the visit", "contracts": "What it is about"}
    for number in range(2):
        for kind, head in files.items():
            report = await bring(kind, f"Customer,{head}\nC-ACME,Number {number}\n", cast.alice)
            assert report.records[kind]["new"] == 1, reasons(report)
