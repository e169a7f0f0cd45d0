"""Orders from files: one line per order line, grouped by number, twice is once, every odd line counted."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.jobs.tasks import Cancelled
from tests.importing.bringing import bring
from tests.server import as_owner

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
FILE = (
    HEADER
    + """536365,85123A,WHITE HEART,6,2025-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,WHITE LANTERN,6,2025-12-01 08:26:00,3.39,17850.0,United Kingdom
536365,71053,WHITE LANTERN,6,2025-12-01 08:26:00,3.39,17850.0,United Kingdom
536366,POST,POSTAGE,1,2025-12-02 09:00:00,18.00,17851.0,France
C536379,85123A,WHITE HEART,-2,2025-12-03 09:41:00,2.55,17850.0,United Kingdom
536367,71053,,1,2025-12-02 09:00:00,0.00,,United Kingdom
536368,71053,WHITE LANTERN,many,2025-12-02 09:00:00,3.39,17850.0,United Kingdom
536369,71053,WHITE LANTERN,1,yesterday,3.39,17850.0,United Kingdom
"""
)


async def test_lines_become_orders_of_customers_that_are_created_when_asked(cast):
    report = await bring("orders", FILE, cast.alice, create_customers=True)
    assert report.records["orders"] == {"new": 3, "changed": 0, "unchanged": 0}
    assert report.records["customers"] == {"new": 2}
    order = await DB.fetchrow(
        "SELECT o.*, c.external_key AS key, c.owner, c.team, c.country FROM sales_order o "
        "JOIN customer c ON c.id = o.customer WHERE o.number = '536365'"
    )
    assert (order["total"], order["key"], order["country"]) == (Decimal("35.64"), "17850", "United Kingdom")
    assert (order["owner"], order["team"]) == (cast.alice.id, cast.north)
    returned = await DB.fetchrow("SELECT state, total FROM sales_order WHERE number = 'C536379'")
    assert tuple(returned) == ("returned", Decimal("-5.10"))


async def test_a_customer_from_a_file_has_its_workflows_facts_and_history_like_any_other(cast):
    await bring("orders", FILE, cast.alice, create_customers=True)
    customer = await DB.fetchval("SELECT id FROM customer WHERE external_key = '17850'")
    states = await DB.fetch("SELECT workflow FROM workflow_instance WHERE subject = $1", customer)
    assert {row["workflow"] for row in states} == {"relationship", "early_warning", "designation"}
    assert await DB.fetchval("SELECT revenue_12m FROM customer_fact WHERE customer = $1", customer) == Decimal("30.54")
    assert await DB.fetchval("SELECT event FROM record_change WHERE record = $1", customer) == "created"


async def test_every_odd_line_is_counted_by_kind_and_the_failed_ones_come_back_with_reasons(cast):
    report = await bring("orders", FILE, cast.alice, create_customers=True)
    assert report.findings == {
        "bad_date": 1,
        "bad_number": 1,
        "charge": 1,
        "duplicate": 1,
        "no_customer": 1,
        "return": 1,
    }
    assert report.not_imported == 4
    rows = report.failed_rows.decode("utf-8-sig").splitlines()
    assert rows[0].endswith("Country,Line,Reason")
    assert rows[1].endswith("4,The line is an exact copy of an earlier line.")
    assert rows[3].endswith("8,“many” is not a number that can be read.")


async def test_the_same_file_twice_changes_nothing(cast):
    await bring("orders", FILE, cast.alice, create_customers=True)
    lines = await DB.fetchval("SELECT count(*) FROM sales_order_line")
    again = await bring("orders", FILE, cast.alice, create_customers=True)
    assert again.records["orders"] == {"new": 0, "changed": 0, "unchanged": 3}
    assert await DB.fetchval("SELECT count(*) FROM sales_order_line") == lines
    assert await DB.fetchval("SELECT max(revision) FROM sales_order") == 1


async def test_a_changed_line_replaces_the_lines_of_its_order_as_a_set(cast):
    await bring("orders", FILE, cast.alice, create_customers=True)
    corrected = FILE.replace("LANTERN,6,", "LANTERN,7,", 1)
    report = await bring("orders", corrected, cast.alice, create_customers=True)
    assert report.records["orders"]["changed"] == 1
    total = await DB.fetchval("SELECT total FROM sales_order WHERE number = '536365'")
    assert total == Decimal("59.37")  # two lanterns lines now, since they no longer are copies
    assert (
        await DB.fetchval(
            "SELECT sum(amount) FROM sales_order_line l JOIN sales_order o ON o.id = l.sales_order "
            "WHERE o.number = '536365'"
        )
        == total
    )


async def test_a_dry_run_counts_as_the_real_run_would_and_keeps_nothing(cast):
    dry = await bring("orders", FILE, cast.alice, create_customers=True, dry_run=True)
    assert dry.kept is False
    assert not await DB.fetchval("SELECT 1 FROM sales_order WHERE number = '536365'")
    real = await bring("orders", FILE, cast.alice, create_customers=True)
    assert (dry.records, dry.findings) == (real.records, real.findings)


async def test_all_or_nothing_takes_everything_back_when_a_line_fails(cast):
    report = await bring("orders", FILE, cast.alice, create_customers=True, all_or_nothing=True)
    assert report.kept is False
    assert not await DB.fetchval("SELECT 1 FROM sales_order WHERE number = '536365'")
    good = "\n".join(FILE.splitlines()[:6])
    assert (await bring("orders", good, cast.alice, create_customers=True, all_or_nothing=True)).kept is True


@pytest.mark.parametrize("where", ["reading", "matching", "writing"])
async def test_cancelling_half_way_leaves_nothing_behind(cast, where):
    async def stop(done: int, doing: str) -> None:
        if doing == where:
            raise Cancelled("file.csv")

    with pytest.raises(Cancelled):
        await bring("orders", FILE, cast.alice, create_customers=True, progress=stop)
    assert not await DB.fetchval("SELECT 1 FROM sales_order WHERE number = '536365'")
    assert not await DB.fetchval("SELECT 1 FROM customer WHERE external_key = '17850'")


async def test_unknown_customers_fail_unless_they_are_to_be_created(cast):
    report = await bring("orders", FILE, cast.alice)
    assert report.findings["unknown_customer"] == 4
    assert report.records["orders"] == {"new": 0, "changed": 0, "unchanged": 0}


async def test_orders_never_go_to_customers_whom_the_importer_does_not_see(cast):
    await DB.execute("UPDATE customer SET external_key = 'OMEGA' WHERE id = $1", cast.omega)
    await DB.execute("UPDATE customer SET external_key = 'ACME' WHERE id = $1", cast.acme)
    text = "order no,customer,date,product,qty,price\n1,OMEGA,2026-01-05,P,1,10\n2,ACME,2026-01-05,P,1,10\n"
    report = await bring("orders", text, cast.alice)
    assert report.findings == {"unknown_customer": 1}
    assert (await bring("orders", text, cast.alice, create_customers=True)).records["customers"] == {"new": 1}
    assert not await DB.fetchval("SELECT 1 FROM sales_order WHERE customer = $1", cast.omega)
    assert await DB.fetchval("SELECT count(*) FROM sales_order WHERE customer = $1", cast.acme) == 1


async def test_an_existing_order_of_another_customer_cannot_be_taken_over(cast):
    text = "order no,customer,date,product,qty,price\n77,Omega Trading,2026-01-05,P,1,10\n"
    mine = text.replace("Omega Trading", "Acme Industrial")
    assert (await bring("orders", text, cast.charlie)).records["orders"]["new"] == 1
    assert (await bring("orders", mine, cast.ada)).findings == {"other_customer": 1}
    assert (await bring("orders", mine, cast.alice)).records["orders"]["new"] == 1
    assert (await bring("orders", mine, cast.ada)).records["orders"]["unchanged"] == 1
    assert await DB.fetchval("SELECT count(*) FROM sales_order WHERE number = '77' AND customer = $1", cast.omega) == 1


async def test_a_chinese_order_file_in_gbk_with_chinese_dates_and_thousand_marks_comes_in(cast):
    text = '订单编号,客户名称,订单日期,商品编号,商品名称,数量,单价\nA-1,顶点工业,2026年3月5日,P1,螺丝,"1,200",￥2.50\n'
    report = await bring("orders", text.encode("gb18030"), cast.alice)
    assert report.findings == {}
    order = await DB.fetchrow("SELECT * FROM sales_order WHERE number = 'A-1'")
    assert (order["customer"], order["total"], str(order["ordered_on"])) == (
        cast.acme,
        Decimal("3000.00"),
        "2026-03-05",
    )


async def test_two_systems_keep_their_numbers_apart_by_source(cast):
    text = "order no,customer,date,product,qty,price\n1,Acme Industrial,2026-01-05,P,1,10\n"
    await bring("orders", text, cast.alice, source="north")
    report = await bring("orders", text.replace(",10", ",20"), cast.alice, source="south")
    assert report.records["orders"]["new"] == 1


async def test_a_profit_column_gives_the_cost_of_the_order(cast):
    text = "order id,customer,order date,product id,sales,quantity,profit\n1,Acme Industrial,2026-01-05,P,100,4,25\n"
    await bring("orders", text, cast.alice)
    assert tuple(await DB.fetchrow("SELECT total, cost FROM sales_order WHERE number = '1'")) == (
        Decimal(100),
        Decimal(75),
    )


UNITS = "order no,customer,date,product,description,qty,unit,price\n1,Acme Industrial,2026-01-05,R,Rail,2,{},10\n"


async def units():
    row = await DB.fetchrow(
        "SELECT p.unit, l.unit AS of_line FROM sales_order_line l JOIN product p ON p.id = l.product"
    )
    return tuple(row)


async def test_the_unit_of_a_line_is_that_of_the_product_it_brings_in(cast):
    text = UNITS.format("") + "1,Acme Industrial,2026-01-05,R,Rail,3,m,10\n"
    await bring("orders", text, cast.alice)
    rows = await DB.fetch("SELECT unit FROM sales_order_line ORDER BY position")
    assert [row["unit"] for row in rows] == ["m", "m"]  # the line that says nothing has the product's
    assert await DB.fetchval("SELECT unit FROM product WHERE code = 'R'") == "m"


async def test_an_order_in_another_unit_keeps_its_own_and_the_product_stays(cast):
    await bring("products", "code,name,计量单位\nR,Rail,m\n", cast.alice)
    await bring("orders", UNITS.format("箱"), cast.alice)
    assert await units() == ("m", "箱")


async def test_a_unit_that_changed_changes_the_order_and_a_file_without_units_changes_none(cast):
    await bring("orders", UNITS.format("m"), cast.alice)
    again = await bring("orders", UNITS.format("m"), cast.alice)
    assert again.records["orders"] == {"new": 0, "changed": 0, "unchanged": 1}
    silent = "order no,customer,date,product,description,qty,price\n1,Acme Industrial,2026-01-05,R,Rail,2,10\n"
    await DB.execute("UPDATE product SET unit = 'pc' WHERE code = 'R'")
    assert (await bring("orders", silent, cast.alice)).records["orders"]["unchanged"] == 1
    assert (await bring("orders", UNITS.format("km"), cast.alice)).records["orders"]["changed"] == 1
    assert await units() == ("pc", "km")


async def test_the_unit_of_a_product_is_brought_in_and_changed_and_an_empty_cell_leaves_it(cast):
    for cell, stands in (("m", "m"), ("km", "km"), ("", "km")):
        await bring("products", f"code,name,unit\nR,Rail,{cell}\n", cast.alice)
        assert await DB.fetchval("SELECT unit FROM product WHERE code = 'R'") == stands


async def test_every_trigger_sees_every_line_that_comes_in(cast):
    """References are kept by triggers, and so is whatever else a database promises."""
    await DB.execute("CREATE TEMP TABLE seen (id uuid) ON COMMIT DROP")
    await DB.execute(
        "CREATE FUNCTION pg_temp.note() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN INSERT INTO seen VALUES (NEW.id); RETURN NULL; END$$"
    )
    async with as_owner():
        await DB.execute(
            "CREATE TRIGGER noting AFTER INSERT ON sales_order_line FOR EACH ROW EXECUTE FUNCTION pg_temp.note()"
        )
    report = await bring("orders", FILE, cast.alice, create_customers=True)
    assert await DB.fetchval("SELECT count(*) FROM seen") == report.records["lines"]["new"] == 4
