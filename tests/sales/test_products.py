"""Products, by page and verb."""

from __future__ import annotations

from kam.database.engine import DB


async def test_a_product_is_added_and_changed_and_its_code_is_unique(client, cast):
    alice = await client(cast.alice)
    data = {"code": "P1", "name": "Pump", "currency": "EUR", "list_price": "12.5000", "active": "1"}
    assert (await alice.post("/products", data=data)).status_code == 303
    taken = await alice.post("/products", data=data)
    assert taken.status_code == 422
    assert "Another product has this code." in taken.text
    product = await DB.fetchval("SELECT id FROM product WHERE code = 'P1'")
    assert (await alice.post(f"/products/{product}", data=data | {"name": "Big pump"})).status_code == 303
    assert await DB.fetchval("SELECT name FROM product WHERE id = $1", product) == "Big pump"
    assert (await (await client(cast.rita)).post("/products", data=data)).status_code == 403
