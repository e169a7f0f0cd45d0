"""No answer of an import tells what other teams have: it is the same as for what nobody has."""

from __future__ import annotations

import pytest

from kam.customers.creating import create
from kam.customers.editing import edit
from kam.database.engine import DB
from kam.errors import Invalid
from tests.importing.bringing import bring
from tests.pursuing import note

CUSTOMERS = "id,name,parent company\n{key},{name},{parent}\n"
ORDERS = "order no,customer,date,product,qty,price\n{number},{customer},2026-01-05,P,1,10\n"

# Every way of naming what team South has, each on a line of its own.
NAMING = {
    "customers": """id,name,parent company
K-OMEGA,One,
C-OMEGA,Two,
1,Omega Trading,
Omega Trading,Three,
,K-OMEGA,
2,Four,K-OMEGA
3,Five,C-OMEGA
4,Six,Omega Trading
""",
    "orders": """order no,customer,date,product,qty,price
1,K-OMEGA,2026-01-05,P,1,10
2,C-OMEGA,2026-01-05,P,1,10
3,Omega Trading,2026-01-05,P,1,10
4,欧米茄贸易,2026-01-05,P,1,10
N-77,Acme Industrial,2026-01-05,P,1,10
""",
    "opportunities": """opportunity_id,account,name,close_value
1,K-OMEGA,Lamps,100
2,C-OMEGA,Lamps,100
3,Omega Trading,Lamps,100
O-77,Acme Industrial,Lamps,100
""",
}
NOBODYS = {"OMEGA": "NOONE", "Omega": "Nobodys", "-77": "-78", "欧米茄": "无人的"}


@pytest.fixture
async def theirs(cast, now):
    """What team South has, by the names that a file could give."""
    await DB.execute("UPDATE customer SET external_key = 'K-OMEGA' WHERE id = $1", cast.omega)
    await bring("orders", ORDERS.format(number="N-77", customer="K-OMEGA"), cast.charlie)
    deal = await note(cast.omega, {"name": "Deal"}, by=cast.charlie, now=now)
    await DB.execute("UPDATE opportunity SET external_key = 'O-77' WHERE id = $1", deal)
    return cast


def of_nobody(text):
    for theirs, nobodys in NOBODYS.items():
        text = text.replace(theirs, nobodys)
    return text


async def answers(kind, text, by, **chosen):
    """All that the importer learns: of a dry run, of the import, and of the same file again."""
    told = []
    async with DB.transaction() as alone:
        for dry_run in (True, False, False):
            report = await bring(kind, text, by, dry_run=dry_run, **chosen)
            failed = of_nobody(report.failed_rows.decode())
            told.append((report.records, report.findings, report.not_imported, report.kept, failed))
        await alone.rollback()
    return told


@pytest.mark.parametrize(
    ("kind", "create_customers"),
    [("customers", False), ("orders", False), ("orders", True), ("opportunities", False), ("opportunities", True)],
)
async def test_naming_what_another_team_has_is_answered_like_naming_nothing(theirs, kind, create_customers):
    """Together in one file, and where nothing else is in the file."""
    text, by = NAMING[kind], theirs.alice
    head, *lines = text.splitlines(keepends=True)
    for file in (text, head + lines[0], head + lines[-1]):
        named = await answers(kind, file, by, create_customers=create_customers)
        assert named == await answers(kind, of_nobody(file), by, create_customers=create_customers)


async def test_a_team_brings_its_own_company_in_under_a_key_that_another_team_uses_and_finds_it_again(theirs):
    first = await bring("customers", CUSTOMERS.format(key="K-OMEGA", name="One", parent=""), theirs.alice)
    again = await bring("customers", CUSTOMERS.format(key="K-OMEGA", name="Uno", parent=""), theirs.alice)
    assert (first.records["customers"]["new"], again.records["customers"]["changed"]) == (1, 1)
    orders = await bring("orders", ORDERS.format(number="N-77", customer="K-OMEGA"), theirs.alice)
    assert orders.records["orders"]["new"] == 1
    assert await DB.fetchval("SELECT name FROM customer WHERE id = $1", theirs.omega) == "Omega Trading"


async def test_who_sees_both_says_by_the_team_which_one_is_meant(theirs):
    await bring("customers", CUSTOMERS.format(key="K-OMEGA", name="One", parent=""), theirs.alice)
    changed = CUSTOMERS.format(key="K-OMEGA", name="Uno", parent="")
    assert (await bring("customers", changed, theirs.ada)).findings == {"several_customers": 1}
    order = ORDERS.format(number="5", customer="K-OMEGA")
    assert (await bring("orders", order, theirs.ada)).findings == {"several_customers": 1}
    ours = await bring("customers", changed, theirs.ada, team=str(theirs.north))
    assert ours.records["customers"]["changed"] == 1
    assert (await bring("orders", order, theirs.ada, team=str(theirs.south))).records["orders"]["new"] == 1
    assert await DB.fetchval("SELECT customer FROM sales_order WHERE number = '5'") == theirs.omega


async def test_a_file_cannot_put_two_customers_of_one_key_into_one_team(theirs):
    await bring("customers", CUSTOMERS.format(key="K-OMEGA", name="One", parent=""), theirs.alice)
    codes = {
        row["team"]: row["code"] for row in await DB.fetch("SELECT * FROM customer WHERE external_key = 'K-OMEGA'")
    }
    west = await DB.fetchval("INSERT INTO team (id, name) VALUES (new_id(), 'West') RETURNING id")
    moved = "id,name,team\n{north},One,{to}\n{south},Omega Trading,West\nX,Good,North\n"
    for to in ("West", "South"):
        async with DB.transaction() as alone:
            text = moved.format(north=codes[theirs.north], south=codes[theirs.south], to=to)
            report = await bring("customers", text, theirs.ada)
            assert report.findings == {"taken_key": 1}
            assert report.records["customers"]["new"] == 1
            assert await DB.fetchval("SELECT count(*) FROM customer WHERE team = $1", west) == 1
            await alone.rollback()


async def test_a_code_that_is_not_free_is_refused_in_the_same_words_whoever_has_it(cast, now):
    mine = await create({"name": "Mine", "code": "M-1"}, by=cast.alice, now=now)
    said = set()
    for code in ("C-OMEGA", "C-ACME", "M-1"):
        with pytest.raises(Invalid) as refusal:
            await create({"name": "New", "code": code}, by=cast.alice, now=now)
        said.add(refusal.value.fields["code"])
        if code != "M-1":
            with pytest.raises(Invalid) as refusal:
                await edit(mine, {"code": code}, by=cast.alice, now=now)
            said.add(refusal.value.fields["code"])
    assert said == {"This code is not free. Give a different one, or leave it empty for the next free code."}
