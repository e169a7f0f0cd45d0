"""A quotation of ten drives and the travel."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.quotations.kind import QUOTATION
from kam.records.adding import add


@pytest.fixture
async def quotation(cast, now):
    product = await DB.fetchval(
        "INSERT INTO product (id, code, name, name_zh, family, unit, list_price, cost, currency)"
        " VALUES (new_id(), 'P1', 'Drive', '', '', 'pc', 100, 60, 'EUR') RETURNING id"
    )
    said = {
        "title": "Ten drives",
        "valid_until": now.date() + timedelta(days=30),
        "lines": [{"product": product, "quantity": Decimal(10)}, {"description": "Travel", "unit_price": Decimal(80)}],
    }
    return await add(QUOTATION, said, by=cast.alice, now=now, customer=cast.acme)
