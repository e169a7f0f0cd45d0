"""Under each attack another visitor's pages still come, and come soon."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.attack import Attack, endured, every
from tests.attacks.besieging import Kam, besieged


@pytest.fixture(scope="module")
def kam() -> Iterator[Kam]:
    with besieged() as running:
        yield running


def _marked(one: Attack) -> object:
    return pytest.param(one, id=one.name, marks=[] if one.usual else [pytest.mark.long])


@pytest.mark.slow
@pytest.mark.parametrize("one", [_marked(one) for one in every()])
def test_another_visitor_is_served(kam, one):
    endured(kam, one).check()
