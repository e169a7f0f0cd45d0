"""Files come in for the role that serves, which owns nothing: it reads and writes rows, and can turn nothing off."""

from __future__ import annotations

import pytest
from asyncpg import InsufficientPrivilegeError

from kam.database.engine import DB
from tests.importing.bringing import bring

PRODUCTS = "code,name,price\nP1,Lamp,10\n"
CUSTOMERS = "id,name,parent company\nK1,Northern Light,\nK2,北方之光,K1\n"
ORDERS = "order no,customer,date,product,qty,price\n1,K1,2026-01-05,P1,2,10\n2,K3,2026-01-06,P2,1,5\n"
OPPORTUNITIES = "opportunity_id,account,name,close_value\nA1,K1,Lamps,100\n"


async def test_every_kind_of_file_comes_in_and_again(cast):
    for text in (CUSTOMERS, CUSTOMERS.replace("Light", "Lights")):
        customers = await bring("customers", text, cast.alice)
    assert customers.records["customers"] == {"new": 0, "changed": 1, "unchanged": 1}
    products = await bring("products", PRODUCTS, cast.alice)
    assert products.records["products"]["new"] == 1
    for text in (ORDERS, ORDERS.replace(",5", ",6")):
        orders = await bring("orders", text, cast.alice, create_customers=True)
    assert orders.records["orders"] == {"new": 0, "changed": 1, "unchanged": 1}
    opportunities = await bring("opportunities", OPPORTUNITIES, cast.alice)
    assert opportunities.records["opportunities"]["new"] == 1


@pytest.mark.parametrize(
    "statement", ["SET LOCAL session_replication_role = replica", "ALTER TABLE sales_order DISABLE TRIGGER ALL"]
)
async def test_this_role_can_turn_nothing_off(cast, statement):
    with pytest.raises(InsufficientPrivilegeError):
        async with DB.transaction():
            await DB.execute(statement)
