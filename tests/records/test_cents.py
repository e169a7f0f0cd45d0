"""An amount in a currency without cents is whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kam.errors import Invalid
from kam.records import fields as f
from kam.records import judging
from kam.records.fields import Field
from tests.records.made_up import VISIT

PAID = replace(
    VISIT,
    fields=(
        Field(name="paid", title="Paid", type=f.MONEY, currency="currency"),
        Field(name="currency", title="Currency", type=f.CURRENCY),
    ),
    rules=lambda values: {},
)


def test_yen_have_no_cents_whichever_of_the_two_is_changed():
    judging.check(PAID, {"paid": Decimal("100.50"), "currency": "EUR"})
    judging.check(PAID, {"paid": Decimal("100.00"), "currency": "JPY"})
    for said in ({"paid": Decimal("100.50")}, {"currency": "JPY"}):
        with pytest.raises(Invalid) as refused:
            judging.check(PAID, said, whole={"paid": Decimal("100.50"), "currency": "JPY"})
        assert refused.value.fields == {"paid": judging.NO_CENTS}
