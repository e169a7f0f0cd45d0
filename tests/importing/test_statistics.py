"""Facts after a large import are computed in good time, whatever was last believed of the size of the tables."""

from __future__ import annotations

from kam.database.engine import DB
from tests.importing.bringing import bring


async def test_what_a_large_import_brought_in_is_counted_before_facts_are_computed(cast):
    rows = "".join(f"{n},{n % 300},2026-01-05,P{n % 7},1,10\n" for n in range(900))
    content = f"order no,customer,date,product,qty,price\n{rows}".encode()
    await bring("orders", content, cast.ada, create_customers=True)
    counted = "SELECT relname, reltuples FROM pg_class WHERE relname IN ('sales_order', 'customer', 'customer_fact')"
    found = {row["relname"]: row["reltuples"] for row in await DB.fetch(counted)}
    assert found["sales_order"] >= 900
    assert min(found["customer"], found["customer_fact"]) >= 300
