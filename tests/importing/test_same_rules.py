"""What a form refuses, a file refuses by the same function, on its line; and so do the command and a bulk change."""

from __future__ import annotations

import csv
import io

import pytest

from kam.customers.changing_many import Wanted, change_many
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed
from kam.importing import cli
from kam.importing.oddities import ODDITIES
from tests import pursuing
from tests.importing.bringing import bring

LONG = "Shorten it."
ADDRESS = "A web address looks like https://www.example.com."
CUSTOMER = {
    "website": [
        (site, ADDRESS)
        for site in ("javascript:alert(1)", " JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x",
                     "vbscript:x", "file:///etc/passwd", "//evil.example", "https://a b", "nothing",
                     "https://bank.example@evil.example", "https://a.example/\u202ecod.exe", "https:///path")
    ] + [("https://a.example/" + "x" * 300, LONG)],
    "name": [("x" * 301, LONG)],
    "name_zh": [("顧" * 301, LONG)],
    "industry": [("x" * 121, LONG)],
    "city": [("x" * 121, LONG)],
    "phone": [("1" * 61, LONG)],
    "tax_number": [("x" * 61, LONG)],
    "notes": [("x" * 10_001, LONG)],
    "email": [("nobody", "looks like name@example.com"), ("a@b", "looks like name@example.com")],
    "employees": [("-5", "enter 0 or more"), ("1.5", "not a number"), ("99999999999", "not a number")],
    "credit_limit": [("-1", "enter 0 or more"), ("1e20", "not a number")],
    "currency": [("ZZZ", "one of the currencies"), ("EURO", "EUR or CNY")],
}  # fmt: skip
PRODUCT = {
    "name": [("x" * 301, LONG)], "code": [("x" * 61, LONG)], "unit": [("x" * 21, LONG)],
    "list_price": [("-1", "enter 0 or more")], "cost": [("-0.01", "enter 0 or more")], "family": [("x" * 121, LONG)],
    "currency": [("ZZZ", "one of the currencies")],
}  # fmt: skip
OPPORTUNITY = {
    "name": [("x" * 301, LONG)], "amount": [("-1", "enter 0 or more")], "currency": [("ZZZ", "the currencies")],
    "probability": [("101", "enter 100 or less"), ("-1", "enter 0 or more"), ("70000", "enter 100 or less")],
    "expected_on": [("1799-12-31", "not a date"), ("2200-01-02", "not a date"), ("2026-02-30", "not a date")],
}  # fmt: skip
ORDER = {
    "ordered_on": [("1799-12-31", "not a date"), ("2200-01-02", "not a date")],
    "currency": [("ZZZ", "one of the currencies")], "lines_quantity": [("0", "cannot be zero")],
    "number": [("x" * 61, LONG)], "lines_description": [("x" * 301, LONG)],
    "lines_unit_price": [("1e15", "not a number")],
}  # fmt: skip
# Kind of file -> address of the form, its fields as they should be, and what they are called in the file.
DOORS = {
    "customers": ("/customers", {"name": "New"}, {}, CUSTOMER),
    "products": ("/products", {"code": "P9", "name": "New", "currency": "EUR"}, {}, PRODUCT),
    "opportunities": (
        "/opportunities", {"customer": "Acme Industrial", "name": "New", "currency": "EUR", "state": "engaging"},
        {"state": "stage"}, OPPORTUNITY,
    ),
    "orders": (
        "/orders",
        {"customer": "Acme Industrial", "number": "N9", "ordered_on": "2026-01-05", "state": "open", "currency": "EUR",
         "lines_description": "Lamp", "lines_quantity": "1", "lines_unit_price": "5"},
        {
            "lines_description": "description", "lines_quantity": "quantity", "lines_unit_price": "unit_price",
            "state": None,
        },
        ORDER,
    ),
}  # fmt: skip
CASES = [
    (kind, field, cell, sentence)
    for kind, (_path, _good, _names, fields) in DOORS.items() for field, cells in fields.items()
    for cell, sentence in cells
]  # fmt: skip


def sheet(kind, *forms):
    names = DOORS[kind][2]
    heads = [name for name in forms[0] if names.get(name, name)]
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    lines.writerow([names.get(name, name) for name in heads])
    lines.writerows([form[name] for name in heads] for form in forms)
    return out.getvalue(), {names.get(name, name): place for place, name in enumerate(heads)}


@pytest.mark.parametrize(("kind", "field", "cell", "sentence"), CASES)
async def test_form_and_file_refuse_the_same(client, cast, kind, field, cell, sentence):
    path, good, _, _ = DOORS[kind]
    browser = await client(cast.alice)
    assert (await browser.post(path, data=good | {field: cell})).status_code == 422
    text, columns = sheet(kind, good | {field: cell}, good | {field: good.get(field, "")})
    for _ in range(2):
        report = await bring(kind, text, cast.alice, columns=columns)
        assert (report.not_imported, report.records[kind]["new"] + report.records[kind]["unchanged"]) == (1, 1)
        failed = list(csv.reader(io.StringIO(report.failed_rows.decode("utf-8-sig"), newline="")))
        assert failed[1][-2] == "2" and sentence in failed[1][-1]
        assert all(ODDITIES[kind].severity == "failed" for kind in report.findings)


@pytest.mark.parametrize("typed", ["www.example.com", "example.com/a?b=c", "顶点.cn", "https://www.example.com"])
async def test_a_web_address_without_its_beginning_gets_one_in_form_and_file(client, cast, typed):
    await (await client(cast.alice)).post("/customers", data={"name": "Form", "website": typed})
    await bring("customers", f"name,website\nFile,{typed}\n", cast.alice)
    rows = await DB.fetch("SELECT website FROM customer WHERE name IN ('Form', 'File')")
    assert [row["website"] for row in rows] == [f"https://{typed.removeprefix('https://')}"] * 2


async def test_signs_that_nobody_sees_are_taken_out_by_form_and_file(client, cast):
    await (await client(cast.alice)).post("/customers", data={"name": "Fo\x07rm\x1b", "city": "A\x00B"})
    await bring("customers", "name,city\nFi\x07le\x1b,A\0B\n", cast.alice)
    rows = await DB.fetch("SELECT name, city FROM customer WHERE name IN ('Form', 'File')")
    assert sorted(map(tuple, rows)) == [("File", "AB"), ("Form", "AB")]


@pytest.fixture
async def gone(cast):
    await DB.execute("UPDATE person SET active = FALSE WHERE id = $1", cast.bob.id)
    return cast


OWNED = "name,owner\nNew Works,{}\nAcme Industrial,{}\nGood,\n"


@pytest.mark.parametrize("who", ["bob", "rita"])
async def test_nobody_who_left_or_only_reads_becomes_an_owner_by_any_door(client, gone, now, who):
    cast, person = gone, getattr(gone, who)
    report = await bring("customers", OWNED.format(person.name, f"{who}@example.com"), cast.mona)
    assert (report.findings, report.records["customers"]["new"]) == ({"no_owner": 2}, 1)
    for chosen in ({"owner": str(person.id)}, {"owner": str(person.id), "dry_run": True}):
        with pytest.raises(Invalid):
            await bring("customers", "name\nMore\n", cast.mona, **chosen)
    outcomes = await change_many([cast.acme], Wanted(owner=person.id), by=cast.mona, now=now)
    assert outcomes[0].refused == "Choose one of our people."
    with pytest.raises(Invalid):
        await pursuing.note(cast.acme, {"name": "Deal", "owner": person.id}, by=cast.alice, now=now)
    deal = await pursuing.note(cast.acme, {"name": "Deal"}, by=cast.alice, now=now)
    with pytest.raises(Invalid):
        await pursuing.change(deal, {"owner": person.id}, by=cast.alice, now=now)
    browser = await client(cast.mona)
    assert (await browser.post("/customers", data={"name": "X", "owner": str(person.id)})).status_code == 422
    assert not await DB.fetchval("SELECT count(*) FROM customer WHERE owner = $1", person.id)


async def test_an_owner_who_left_stays_where_a_file_says_nothing_new(gone):
    await DB.execute("UPDATE customer SET owner = $2 WHERE id = $1", gone.acme, gone.bob.id)
    report = await bring("customers", "name,owner,city\nAcme Industrial,Bob Team,Oslo\n", gone.mona)
    assert (report.findings, report.records["customers"]["changed"]) == ({}, 1)
    assert await DB.fetchval("SELECT owner FROM customer WHERE id = $1", gone.acme) == gone.bob.id


async def test_who_may_not_assign_gives_no_customer_away_by_form_file_bulk_or_command(cast, now, tmp_path, client):
    text = "name,owner,team\nNew,Charlie Outside,\nAcme Industrial,Bob Team,\nMine,Alice Account,North\n"
    report = await bring("customers", text, cast.alice)
    assert (report.findings, report.records["customers"]["new"]) == ({"refused_owner": 2}, 1)
    assert "Only a manager may give a customer to somebody else." in report.failed_rows.decode()
    (tmp_path / "c.csv").write_text(text)
    said = []
    for _ in range(2):
        await cli.import_as(
            "alice@example.com", tmp_path / "c.csv", "customers", now=now, say=said.append,
            failed_rows=tmp_path / "failed.csv",
        )  # fmt: skip
    assert "  2 rows were not imported." in said
    with pytest.raises(Invalid):
        await bring("customers", "name\nMore\n", cast.alice, owner=str(cast.charlie.id))
    outcomes = await change_many([cast.acme], Wanted(owner=cast.charlie.id), by=cast.alice, now=now)
    assert outcomes[0].refused
    browser = await client(cast.alice)
    answer = await browser.post("/customers", data={"name": "X", "owner": str(cast.charlie.id)})
    assert answer.status_code in (403, 422)
    assert not await DB.fetchval(
        "SELECT 1 FROM customer WHERE owner = ANY($1) AND id <> $2", [cast.charlie.id, cast.bob.id], cast.omega
    )


async def test_a_sale_of_somebody_who_left_is_history_and_comes_in_with_a_remark(gone):
    text = "opportunity_id,account,sales_agent,deal_stage,close_date\nA1,Acme Industrial,Bob Team,Lost,2026-01-05\n"
    report = await bring("opportunities", text, gone.alice)
    assert (report.findings, report.not_imported) == ({"past_owner": 1, "no_reason": 1}, 0)
    assert tuple(await DB.fetchrow("SELECT owner, notes FROM opportunity")) == (gone.alice.id, "Bob Team")


async def test_a_channel_is_known_by_its_name_in_any_language_and_else_is_another(cast):
    text = "order no,customer,date,channel,qty,price\n" + "".join(
        f"{number},Acme Industrial,2026-01-05,{word},1,5\n"
        for number, word in enumerate(["Online", "DIRECT", "电话", "Retail", "Second Class", ""])
    )
    report = await bring("orders", text, cast.alice)
    assert report.findings == {"unknown_channel": 1}
    rows = await DB.fetch("SELECT channel FROM sales_order ORDER BY number")
    assert [row["channel"] for row in rows] == ["online", "direct", "phone", "store", "other", ""]


async def test_a_file_puts_no_customer_below_itself(cast):
    text = "id,name,parent company\n1,One,2\n2,Two,3\n3,Three,1\n4,Four,4\n5,Five,1\n6,Six,Nobody\n"
    report = await bring("customers", text, cast.alice)
    assert (report.findings, report.records["customers"]["new"]) == ({"circle": 2, "unknown_parent": 1}, 6)
    names = "SELECT c.name, p.name FROM customer c LEFT JOIN customer p ON p.id = c.parent WHERE c.external_key < '9'"
    assert {row[0]: row[1] for row in await DB.fetch(names)} == {
        "One": "Two", "Two": "Three", "Three": None, "Four": None, "Five": "One", "Six": None,
    }  # fmt: skip
    turned = "id,name,parent company\n2,Two,5\n3,Three,2\n1,One,\n"
    again = await bring("customers", turned, cast.alice)
    assert (again.findings, again.records["customers"]["changed"]) == ({"circle": 2}, 0)


async def test_a_file_without_price_and_amount_fails_its_line_only(cast):
    text = "order no,customer,date,qty,price\n1,Acme Industrial,2026-01-05,1,\n2,Acme Industrial,2026-01-05,1,5\n"
    report = await bring("orders", text, cast.alice)
    assert (report.findings, report.records["orders"]["new"]) == ({"no_amount": 1}, 1)


async def test_sums_that_nothing_holds_fail_their_order_and_facts_hold_every_other(cast, client):
    big = "order no,customer,date,qty,price\n" + "1,Acme Industrial,2026-01-05,1,60000000000000\n" * 2
    many = "".join(f"N{number},Acme Industrial,2026-06-01,1,99999999999999\n" for number in range(150))
    report = await bring("orders", big + many, cast.alice, keep_duplicates=True)
    assert (report.findings, report.records["orders"]["new"]) == ({"too_large": 2}, 150)
    assert await DB.fetchval("SELECT revenue_12m FROM customer_fact WHERE customer = $1", cast.acme) > 10**16
    browser = await client(cast.alice)
    assert (await browser.get(f"/customers/{cast.acme}")).status_code == 200
    line = {"lines_description": "Lamp", "lines_quantity": "1", "lines_unit_price": "99999999999999"}
    head = {"customer": "Acme Industrial", "ordered_on": "2026-01-05", "state": "open", "currency": "EUR"}
    two = {name: [cell, cell] for name, cell in line.items()}
    assert (await browser.post("/orders", data=head | two)).status_code == 422
    assert (await browser.post("/orders", data=head | line)).status_code == 303


async def test_whoever_may_not_is_told_so_and_nothing_happens(cast):
    with pytest.raises((Invalid, NotAllowed)):
        await bring("customers", "name\nMore\n", cast.alice, team=str(cast.south))
    with pytest.raises(Invalid):
        await bring("customers", "name\nMore\n", cast.alice, currency="ZZZ")
