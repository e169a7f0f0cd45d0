"""A customer belongs to the first segment whose condition holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kam.facts.gathering import gather
from kam.language import LANGUAGES
from kam.ranking import segments
from kam.ranking.catalogue import WORKFLOWS
from kam.vocabulary import FACTS
from kam.workflow.faults import Faults
from tests.facts import book
from tests.facts.book import TODAY


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("currency", "orders", "segment"),
    [
        ("EUR", [(5, "1000", "1100")], "bz"),
        ("EUR", [(5, "50000", "20000")], "mvc"),
        ("EUR", [(5, "50000", "20000"), (400, "90000", "1")], ""),  # falls by 44 per cent
        ("EUR", [(5, "2000", "1000"), (400, "1000", "500")], "mgc"),
        ("JPY", [(5, "50000", "20000")], ""),  # some 185 euros
        ("EUR", [], ""),
    ],
)
async def test_the_segments_that_ship(currency: str, orders: list[tuple[int, str, str]], segment: str) -> None:
    customer = await book.customer(currency=currency)
    for ago, total, cost in orders:
        await book.order(customer, ago, total, cost, currency=currency)
    assert await gather("customer", customer, as_of=TODAY, names=["segment"]) == {"segment": segment}


def test_every_segment_is_told_in_every_language_with_its_treatment() -> None:
    loaded = segments.load(WORKFLOWS, FACTS.customer_facts)
    assert [segment.name for segment in loaded] == ["bz", "mvc", "mgc"]
    for segment in loaded:
        for text in (segment.title, segment.description, segment.treatment):
            assert text.keys() == LANGUAGES.keys()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('name = "a b"', "no usable name"),
        ('name = "a"\nwhen = { fact = "orders_12m", over = 1 }', "cannot be read"),
        ('name = "a"\nwhen = { fact = "orders", above = 1 }', "names facts that there are not: orders"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(tmp_path: Path, entry: str, message: str) -> None:
    (tmp_path / "segments.toml").write_text("\n[[segments]]\n" + entry, encoding="utf-8")
    with pytest.raises(Faults) as refused:
        segments.load(tmp_path, FACTS.customer_facts)
    assert any(message in fault.message and fault.line == 2 and fault.remedy for fault in refused.value.faults)
