"""Where a customer stands between what it does and what it feels."""

import pytest

from kam.portfolio.matrix import CAPTIVE, DISTANT, PARTNERSHIP, UNUSED, quadrant_of


@pytest.mark.parametrize(
    ("behaviour", "feeling", "quadrant"),
    [(80, 40, PARTNERSHIP), (80, -1, CAPTIVE), (20, 30, UNUSED), (20, -30, DISTANT), (0, 0, DISTANT)],
)
def test_the_quadrants(behaviour, feeling, quadrant):
    assert quadrant_of(behaviour, feeling) is quadrant


def test_the_two_deficient_relationships_are_named():
    assert [one.deficient for one in (PARTNERSHIP, CAPTIVE, UNUSED, DISTANT)] == [False, True, True, False]
