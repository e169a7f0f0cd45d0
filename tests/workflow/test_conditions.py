"""A condition is one thing in three forms: tested for one subject, searched for in SQL, read as a sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam.database.engine import DB
from kam.database.sql import Params
from kam.vocabulary import VOCABULARY
from kam.workflow.conditions import All, Any, Test, Unreadable, holds, opposite, parse, to_sql, unmet
from kam.workflow.contradiction import satisfiable
from kam.workflow.sentences import Wording

NUMBERS, TEXTS = ("a", "b"), ("t",)
ORDER = ("above", "at_least", "below", "at_most", "equals", "not")

numbers = st.one_of(st.integers(-3, 3), st.decimals(-3, 3, places=1))
tests = st.one_of(
    st.builds(Test, st.sampled_from(NUMBERS), st.sampled_from(ORDER), numbers),
    st.builds(Test, st.sampled_from(NUMBERS), st.sampled_from(("one_of", "none_of")),
              st.lists(st.integers(-3, 3), min_size=1, max_size=3).map(tuple)),
    st.builds(Test, st.just("t"), st.sampled_from(("equals", "not")), st.sampled_from("xyz")),
    st.builds(Test, st.just("t"), st.sampled_from(("one_of", "none_of")), st.just(("x", "y"))),
    st.builds(Test, st.just("y"), st.sampled_from(("equals", "not")), st.booleans()),
    st.builds(Test, st.sampled_from((*NUMBERS, "t", "y")), st.just("known"), st.booleans()),
)  # fmt: skip
conditions = st.recursive(
    tests,
    lambda inner: st.builds(
        lambda kind, parts: kind(tuple(parts)), st.sampled_from((All, Any)), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)
facts = st.fixed_dictionaries({
    "a": st.none() | st.integers(-4, 4),
    "b": st.none() | st.decimals(-4, 4, places=1),
    "t": st.none() | st.sampled_from("xyz"),
    "y": st.none() | st.booleans(),
})  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=conditions, known=facts)
async def test_python_and_the_database_always_agree(db, condition, known):
    params = Params(known["a"], known["b"], known["t"], known["y"])
    row = "(SELECT $1::int AS a, $2::numeric AS b, $3::text AS t, $4::boolean AS y) f"
    in_database = await DB.fetchval(f"SELECT {to_sql(condition, params)} FROM {row}", *params.values)
    assert in_database is holds(condition, known)


@given(condition=conditions, known=facts)
def test_what_is_unmet_is_empty_exactly_when_the_condition_holds(condition, known):
    assert (unmet(condition, known) == []) is (holds(condition, known) is True)


@given(condition=conditions, known=facts)
def test_the_opposite_holds_when_the_condition_does_not(condition, known):
    result = holds(condition, known)
    assert holds(opposite(condition), known) is (None if result is None else not result)


@given(condition=conditions, known=facts)
def test_a_condition_that_holds_for_somebody_is_never_called_a_contradiction(condition, known):
    if holds(condition, known):
        assert satisfiable(condition)


def test_tests_that_exclude_each_other_are_a_contradiction():
    assert not satisfiable(parse([{"fact": "a", "above": 5}, {"fact": "a", "below": 5}]))
    assert not satisfiable(parse([{"fact": "y", "equals": True}, {"fact": "y", "not": True}]))
    assert not satisfiable(parse([{"fact": "a", "known": False}, {"fact": "a", "at_most": 5}]))
    assert satisfiable(parse([{"fact": "a", "at_least": 5}, {"fact": "a", "at_most": 5}]))


def test_an_unknown_fact_meets_nothing_and_nothing_opposite():
    above = parse({"fact": "days_since_contact", "above": 60})
    assert holds(above, {}) is None
    assert holds(opposite(above), {}) is None
    assert unmet(above, {}) == [above]


def test_of_alternatives_none_is_called_missing_by_itself():
    either = parse({"any": [{"fact": "a", "above": 1}, {"fact": "b", "above": 1}]})
    assert unmet(parse([either_source(), {"fact": "t", "equals": "x"}]), {"a": 0, "b": 0, "t": "y"}) == [
        either, Test("t", "equals", "x"),
    ]  # fmt: skip


def either_source():
    return {"any": [{"fact": "a", "above": 1}, {"fact": "b", "above": 1}]}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a > 1", "must be a table"),
        ({"above": 1}, "names no fact"),
        ({"fact": "a"}, "compared by nothing"),
        ({"fact": "a", "over": 1}, "compared by over"),
        ({"fact": "a", "above": 1, "below": 3}, "above, below"),
        ({"all": []}, "at least one"),
        ({"any": {"fact": "a", "above": 1}}, "at least one"),
    ],
)
def test_what_cannot_be_read_is_said(source, said):
    with pytest.raises(Unreadable, match=said):
        parse(source)


def test_a_condition_reads_as_a_sentence(loaded):
    wording = Wording(VOCABULARY.facts["customer"], loaded.naming)
    source = [
        {"fact": "days_since_contact", "above": 60},
        {"any": [{"fact": "key_account", "equals": True}, {"fact": "revenue_trend", "below": Decimal("-12.5")}]},
        {"not": {"fact": "warning_level", "above": 1}},
        {"fact": "stage", "one_of": ["develop", "maintain"]},
    ]
    assert str(wording.sentence(parse(source))) == (
        "Days since the last contact above 60 days, (Key account: yes or Revenue trend below −12.5%), "
        "Warning level at most Watch, and Stage of the relationship: Develop or Maintain"
    )
    assert "发展或维持" in wording.sentence(parse(source)).text("zh_Hans")
