"""Trees come out whole whatever the rows say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kam import trees

PEOPLE = st.integers(0, 12)


def rows(over):
    return [{"id": one, "above": boss} for one, boss in over.items()]


@given(st.dictionaries(PEOPLE, st.none() | PEOPLE))
def test_everybody_stands_in_the_tree_once_and_below_whom_they_name_unless_that_closes_a_circle(over):
    drawn = list(trees.in_order(trees.below(rows(over), "above")))
    assert sorted(row["id"] for _, row in drawn) == sorted(over)
    depths = {row["id"]: depth for depth, row in drawn}
    firsts = {circle[0] for circle in trees.circles(over)}
    for one, boss in over.items():
        assert depths[one] == (0 if boss not in over or one in firsts else depths[boss] + 1)


@given(st.dictionaries(PEOPLE, st.none() | PEOPLE))
def test_a_circle_is_whoever_comes_back_to_themselves(over):
    found = {one for circle in trees.circles(over) for one in circle}
    for start in over:
        one, steps = over[start], 0
        while one in over and one != start and steps < len(over):
            one, steps = over[one], steps + 1
        assert (start in found) == (one == start)


def test_a_chain_of_many_thousands_is_no_matter():
    over = {one: one + 1 for one in range(20_000)} | {20_000: None}
    assert [depth for depth, _ in trees.in_order(trees.below(rows(over), "above"))] == list(range(20_001))
    assert trees.circles(over | {20_000: 0}) == [list(range(20_001))]
