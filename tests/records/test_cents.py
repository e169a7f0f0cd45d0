"""An amount in a currency without cents is whole, whichever of the two is changed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.contracts.kind import CONTRACT
from kam.errors import Invalid
from kam.records.adding import add
from kam.records.editing import edit
from kam.records.judging import NO_CENTS


async def test_yen_have_no_cents(cast, now):
    with pytest.raises(Invalid) as refused:
        said = {"title": "Support", "value": Decimal("100.50"), "currency": "JPY"}
        await add(CONTRACT, said, by=cast.alice, now=now, customer=cast.acme)
    assert refused.value.fields == {"value": NO_CENTS}


async def test_nor_does_an_amount_that_becomes_yen(cast, now):
    said = {"title": "Support", "value": Decimal("100.50"), "currency": "EUR"}
    contract = await add(CONTRACT, said, by=cast.alice, now=now, customer=cast.acme)
    with pytest.raises(Invalid) as refused:
        await edit(CONTRACT, contract, {"currency": "JPY"}, by=cast.alice, now=now)
    assert refused.value.fields == {"value": NO_CENTS}
    await edit(CONTRACT, contract, {"currency": "JPY", "value": Decimal(100)}, by=cast.alice, now=now)
