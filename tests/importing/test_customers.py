"""Customers, products and opportunities from files."""

from __future__ import annotations

import json
from decimal import Decimal

from kam.database.engine import DB
from tests.importing.bringing import bring

ACCOUNTS = """account,sector,employees,office_location,subsidiary_of
Warephase,software,2822,United States,
Zumgoity,technolgy,1499,China,Warephase
Zencorporation,technolgy,"6,837",China,Nobody Ltd
"""


async def test_accounts_come_in_with_their_parents_and_corrected_sectors(cast):
    report = await bring("customers", ACCOUNTS, cast.alice)
    assert report.records["customers"] == {"new": 3, "changed": 0, "unchanged": 0}
    assert report.findings == {"spelling": 2, "unknown_parent": 1}
    made = await DB.fetchrow(
        "SELECT c.industry, c.employees, p.name AS parent, c.owner, c.code FROM customer c "
        "JOIN customer p ON p.id = c.parent WHERE c.name = 'Zumgoity'"
    )
    assert (made["industry"], made["employees"], made["parent"], made["owner"]) == (
        "technology",
        1499,
        "Warephase",
        cast.alice.id,
    )
    assert made["code"].startswith("C-")


async def test_the_same_customers_twice_are_not_doubled_and_a_changed_cell_is_recorded(cast):
    await bring("customers", ACCOUNTS, cast.alice)
    again = await bring("customers", ACCOUNTS, cast.alice)
    assert again.records["customers"] == {"new": 0, "changed": 0, "unchanged": 3}
    changed = await bring("customers", ACCOUNTS.replace("1499", "1500"), cast.alice)
    assert changed.records["customers"] == {"new": 0, "changed": 1, "unchanged": 2}
    entry = await DB.fetchval("SELECT changes FROM record_change WHERE record_kind = 'customer' AND event = 'changed'")
    assert '"employees": ["1499", "1500"]' in entry


async def test_a_changed_parent_is_in_the_history_and_the_first_one_is_not(cast):
    await bring("customers", ACCOUNTS, cast.alice)
    again = await bring("customers", ACCOUNTS.replace("China,Warephase", "China,Zencorporation"), cast.alice)
    assert again.records["customers"] == {"new": 0, "changed": 1, "unchanged": 2}
    ids = {row["name"]: str(row["id"]) for row in await DB.fetch("SELECT id, name FROM customer")}
    entries = await DB.fetch("SELECT * FROM record_change WHERE record_kind = 'customer' AND event = 'changed'")
    assert [(str(entry["customer"]), json.loads(entry["changes"]), entry["by"]) for entry in entries] == [
        (ids["Zumgoity"], {"parent": [ids["Warephase"], ids["Zencorporation"]]}, cast.alice.id)
    ]


async def test_an_empty_cell_erases_nothing(cast):
    await bring("customers", ACCOUNTS, cast.alice)
    await bring("customers", ACCOUNTS.replace("2822", ""), cast.alice)
    assert await DB.fetchval("SELECT employees FROM customer WHERE name = 'Warephase'") == 2822


async def test_a_customer_one_does_not_see_is_left_alone(cast):
    report = await bring("customers", "name,notes\nOmega Trading,stolen\nAcme Industrial,mine\n", cast.alice)
    assert (report.findings, report.records["customers"]["new"]) == ({}, 1)
    assert await DB.fetchval("SELECT notes FROM customer WHERE id = $1", cast.omega) == ""
    assert await DB.fetchval("SELECT notes FROM customer WHERE id = $1", cast.acme) == "mine"


async def test_an_account_manager_cannot_give_a_customer_away_through_a_file(cast):
    report = await bring("customers", "name,owner\nAcme Industrial,Charlie Outside\n", cast.alice)
    assert report.findings == {"refused_owner": 1}
    assert await DB.fetchval("SELECT owner FROM customer WHERE id = $1", cast.acme) == cast.alice.id


async def test_a_sign_that_no_text_can_hold_is_taken_out_and_told(cast):
    report = await bring("customers", "id,name\n1,Nul\0Works\n2,Bell\a Works\n3,\0\n", cast.alice)
    assert report.findings == {"cleaned": 2, "empty_field": 1}
    assert await DB.fetchval("SELECT count(*) FROM customer WHERE name IN ('NulWorks', 'Bell Works')") == 2


async def test_a_key_that_stands_twice_with_different_content_is_reported(cast):
    report = await bring("customers", "id,name\n1,One\n1,Uno\n1,One\n", cast.alice)
    assert report.findings == {"duplicate": 1, "repeated_key": 1}
    assert report.records["customers"]["new"] == 1


async def test_of_several_namesakes_with_keys_one_is_the_customer_that_has_none(cast):
    text = "id,name,city\n1,Acme Industrial,Oslo\n2,Acme Industrial,Bergen\n3,acme industrial,Narvik\n"
    report = await bring("customers", text, cast.alice)
    assert (report.findings, report.records["customers"]) == ({}, {"new": 2, "changed": 1, "unchanged": 0})
    again = await bring("customers", text, cast.alice)
    assert again.records["customers"] == {"new": 0, "changed": 0, "unchanged": 3}


async def test_two_lines_that_name_one_customer_in_two_ways_do_not_both_change_it(cast):
    await DB.execute("UPDATE customer SET external_key = 'K1' WHERE id = $1", cast.acme)
    report = await bring("customers", "id,name,city\nK1,Acme Industrial,Oslo\nC-ACME,Acme,Bergen\n", cast.alice)
    assert report.findings == {"repeated_key": 1}
    assert await DB.fetchval("SELECT city FROM customer WHERE id = $1", cast.acme) == "Oslo"


async def test_opportunities_match_products_by_similar_name_and_report_missing_accounts(cast):
    await bring("products", "product,series,sales_price\nGTX Pro,GTX,4821\n", cast.alice)
    text = (
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "A1,Alice Account,GTXPro,Acme Industrial,Won,2025-10-20,2026-03-01,1054\n"
        "A2,Moses Frase,GTX Pro,Acme Industrial,Engaging,2025-10-20,,\n"
        "A3,Moses Frase,GTX Pro,,Prospecting,,,\n"
        "A4,Moses Frase,GTX Pro,Acme Industrial,Dreaming,,,\n"
    )
    report = await bring("opportunities", text, cast.alice)
    assert report.findings == {"no_customer": 1, "similar_product": 1, "unknown_owner": 1, "unknown_stage": 1}
    won = await DB.fetchrow(
        "SELECT o.*, p.code FROM opportunity o JOIN product p ON p.id = o.product WHERE external_key = 'A1'"
    )
    assert (won["state"], won["amount"], won["code"], won["owner"]) == (
        "won",
        Decimal("1054.00"),
        "GTX Pro",
        cast.alice.id,
    )
    again = await bring("opportunities", text, cast.alice)
    assert again.records["opportunities"] == {"new": 0, "changed": 0, "unchanged": 2}


async def test_products_are_updated_by_their_code(cast):
    await bring("products", "code,name,price\nP1,Screw,2.5\n", cast.alice)
    report = await bring("products", 'code,name,price\nP1,Screw,"2,75"\nP2,Nut,"1,10"\n', cast.alice)
    assert report.records["products"] == {"new": 1, "changed": 1, "unchanged": 0}
    assert await DB.fetchval("SELECT list_price FROM product WHERE code = 'P1'") == Decimal("2.75")
