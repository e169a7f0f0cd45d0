"""Forms: each value by its kind, all faults at once, nothing typed is lost."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam.clock import now
from kam.errors import Invalid
from kam.web.current import CURRENT, Current
from kam.web.forms import Form


@pytest.fixture(autouse=True)
def english():
    token = CURRENT.set(Current(language="en", theme="auto", path="/", query="", now=now()))
    yield
    CURRENT.reset(token)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1250.50", "1250.50"), ("1,250.50", "1250.50"), ("1.250,50", "1250.50"), ("1 250,5", "1250.5"), ("-3", "-3"),
        ("1,250", "1250"), ("−7", "-7"), ("0", "0"), ("1,250,000", "1250000"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(typed, meant):
    assert Form({"n": [typed]}).decimal("n") == Decimal(meant)


@pytest.mark.parametrize("typed", ["abc", "1e400", "NaN", "Infinity", "1.2.3", "12.345", "9" * 30])
def test_what_is_no_amount_is_said_and_kept(typed):
    form = Form({"n": [typed]})
    form.decimal("n")
    assert form.errors["n"].startswith("Please enter")
    assert form.value("n") == typed
    with pytest.raises(Invalid):
        form.valid()


@pytest.mark.parametrize("typed", ["1.000", "12,5", "-2.000", "1e400", "x"])
def test_a_whole_number_is_not_guessed_at(typed):
    form = Form({"n": [typed]})
    assert form.integer("n") is None and form.errors["n"] == "Please enter a whole number."


@pytest.mark.parametrize(("typed", "meant"), [("1,000", 1000), ("1 000", 1000), ("12.0", 12), ("−3", -3)])
def test_whole_numbers_as_people_write_them(typed, meant):
    assert Form({"n": [typed]}).integer("n") == meant


def test_all_faults_are_said_at_once_and_the_first_of_a_field_wins():
    form = Form({"name": [" "], "when": ["31.3.2026"], "kind": ["x"], "who": ["me"], "long": ["a" * 11]})
    form.text("name", required=True, max=5)
    form.date("when")
    form.choice("kind", {"a": 1})
    form.uuid("who")
    form.text("long", max=10)
    with pytest.raises(Invalid) as refused:
        form.valid()
    assert set(refused.value.fields) == {"name", "when", "kind", "who", "long"}
    assert form.error("name") == "Please fill this in."


def test_what_is_right_comes_in_its_own_kind():
    form = Form({"when": ["2026-03-31"], "n": ["12"], "tags": ["a, b，c", "a"], "yes": ["1"]})
    assert form.date("when") == date(2026, 3, 31)
    assert form.integer("n") == 12
    assert form.many("tags") == ["a", "b", "c"]
    assert form.yes("yes")
    assert not form.yes("no")
    form.valid()


@given(st.text(), st.sampled_from(["text", "decimal", "integer", "date", "moment", "uuid", "many"]))
def test_no_text_breaks_a_form(typed, kind):
    CURRENT.set(Current(language="en", theme="auto", path="/", query="", now=now()))
    form = Form({"x": [typed]})
    getattr(form, kind)("x")
    assert form.value("x") == typed
