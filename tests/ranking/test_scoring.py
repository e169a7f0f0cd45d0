"""The score is the sum of visible shares, the same in the database as where it is explained."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam.facts.gathering import gather
from kam.ranking import priority
from kam.ranking.catalogue import WORKFLOWS
from kam.ranking.scoring import contributions, score
from kam.vocabulary import FACTS
from kam.workflow.faults import Faults
from tests.facts import book
from tests.facts.book import TODAY

RATES = FACTS.currencies
PRIORITY = priority.load(WORKFLOWS, FACTS.customer_facts)


@pytest.mark.usefixtures("db")
@given(
    st.sampled_from(["EUR", "USD", "JPY"]),
    st.lists(st.tuples(st.integers(0, 800), st.decimals(-100, 10**6, places=2)), max_size=5),
    st.lists(st.tuples(st.integers(0, 300), st.none() | st.integers(-2, 2)), max_size=3),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_shares_sum_to_the_score_exactly(currency: str, orders: list[Any], contacts: list[Any]) -> None:
    customer = await book.customer(currency=currency)
    for ago, total in orders:
        await book.order(customer, ago, str(total), str(total / 2), currency=currency)
    for ago, feeling in contacts:
        await book.contact(customer, ago, feeling=feeling)
    facts = await gather("customer", customer, as_of=TODAY)
    shares = contributions(PRIORITY, facts, RATES)
    assert sum(share.share for share in shares) == score(shares) == facts["score"]
    assert 0 <= facts["score"] <= 100
    assert all(0 <= share.share <= share.weight for share in shares)


def test_a_fact_gives_nothing_at_from_half_in_the_middle_and_all_at_to(tmp_path: Path) -> None:
    weights = _load(tmp_path, '[[weights]]\nfact = "orders_12m"\nweight = 7\nfrom = 10\nto = 20\n')
    shares = [contributions(weights, {"orders_12m": value}, RATES)[0].share for value in (5, 10, 15, 20, 99, None)]
    assert shares == [0, 0, 50, 100, 100, 0]


def test_from_above_to_means_that_less_is_better(tmp_path: Path) -> None:
    weights = _load(tmp_path, '[[weights]]\nfact = "open_complaints"\nweight = 1\nfrom = 4\nto = 0\n')
    assert [contributions(weights, {"open_complaints": n}, RATES)[0].share for n in (0, 1, 4, 9)] == [100, 75, 0, 0]


def test_a_logarithm_lets_every_doubling_count_the_same(tmp_path: Path) -> None:
    weights = _load(tmp_path, '[[weights]]\nfact = "revenue_12m"\nweight = 1\nfrom = 1\nto = 10000\nscale = "log"\n')
    amounts = (Decimal(0), Decimal(1), Decimal(100), Decimal(10000))
    facts = [{"revenue_12m": amount, "currency": "EUR"} for amount in amounts]
    assert [contributions(weights, each, RATES)[0].share for each in facts] == [0, 0, 50, 100]


def test_amounts_are_weighed_in_the_base_currency(tmp_path: Path) -> None:
    weights = _load(tmp_path, '[[weights]]\nfact = "revenue_12m"\nweight = 1\nfrom = 0\nto = 100\n')
    assert contributions(weights, {"revenue_12m": Decimal("54"), "currency": "USD"}, RATES)[0].share == 50


def test_weights_are_made_to_sum_to_100(tmp_path: Path) -> None:
    text = '[[weights]]\nfact = "orders_12m"\nweight = 1\nfrom = 0\nto = 1\n' * 4
    assert [weight.points for weight in _load(tmp_path, text).weights] == [25, 25, 25, 25]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('fact = "revenu"', "There is no fact “revenu”"),
        ('fact = "stage"\nweight = 1', "“stage” is a text and cannot be weighed"),
        ('fact = "orders_12m"\nweight = 0\nfrom = 0\nto = 1', "must be a number above 0"),
        ('fact = "orders_12m"\nweight = 1\nfrom = 3\nto = 3', "two different numbers"),
        ('fact = "orders_12m"\nweight = 1\nfrom = 0\nto = 9\nscale = "log"', "needs a from and to above 0"),
        ('fact = "orders_12m"\nweight = 1\nfrom = 0\nto = 9\nscale = "root"', "The scale of “orders_12m” is “root”"),
        ('fact = "orders_12m"\nweight = 1\nfrom = 0\nto = 9\nwieght = 1', "A weight has no wieght"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(Faults) as refused:
        _load(tmp_path, "# weights\n\n[[weights]]\n" + entry)
    (fault,) = refused.value.faults
    assert fault.line == 3
    assert message in fault.message
    assert fault.remedy


def _load(folder: Path, text: str) -> priority.Priority:
    (folder / "priority.toml").write_text(text, encoding="utf-8")
    return priority.load(folder, FACTS.customer_facts)
