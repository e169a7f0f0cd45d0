"""Values on paper are written as on the pages."""

import pytest

from kam.documents.environment import Words


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        ("41.4", "percent", "41.4%", "41.4%"), ("-2.25", "percent", "−2.25%", "−2.25%"), ("1", "days", "1 day", "1天"),
        ("3.00", "days", "3 days", "3天"), ("1.5", "hours", "1.5 hours", "1.5小时"),
        ("-1200", "money", "−€1,200", "−€1,200"),
        ("12", "count", "12", "12"), (None, "days", "–", "–"),
    ],
)  # fmt: skip
def test_a_value_stands_in_its_unit(value, unit, english, chinese):
    assert Words("en").measured(value, unit, "EUR") == english
    assert Words("zh_Hans").measured(value, unit, "EUR").replace(" ", "") == chinese
