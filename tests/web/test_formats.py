"""The fast paths write what Babel writes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from kam.language import LOCALES
from kam.web import formats

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@given(amounts, st.sampled_from(sorted(LOCALES)))
def test_numbers_are_grouped_like_babels(value, language):
    expected = format_decimal(value, "#,##0.##", locale=LOCALES[language]).replace("-", "−")
    assert formats.number(value).replace("−0", "0" if value == 0 else "−0") == expected.replace(
        "−0", "0" if value == 0 else "−0"
    )


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_too(value):
    assert formats.number(value) == format_decimal(value, "#,##0", locale="en").replace("-", "−")


@pytest.mark.parametrize("language", sorted(LOCALES))
@pytest.mark.parametrize("currency", ["EUR", "USD", "CNY", "TWD", "GBP", "JPY"])
@given(value=amounts.filter(lambda value: value >= 0))
def test_money_like_babels(language, currency, value):
    expected = format_currency(value, currency, "¤#,##0.00", locale=LOCALES[language], currency_digits=False)
    assert formats.money(value, currency, language, cents=True).replace("\u00a0", "") == expected.replace("\u00a0", "")


@pytest.mark.parametrize("language", sorted(LOCALES))
@given(value=st.dates(min_value=date(1000, 1, 1)))
def test_dates_like_babels(language, value):
    assert formats.day(value, language) == format_date(
        value, "medium" if language == "en" else "long", locale=LOCALES[language]
    )


NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (timedelta(seconds=5), "just now"), (timedelta(minutes=1), "1 minute ago"), (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=1), "yesterday"), (timedelta(days=45), "45 days ago"), (timedelta(days=400), "13 months ago"),
        (timedelta(days=1000), "2 years ago"), (-timedelta(days=1), "tomorrow"), (-timedelta(days=9), "in 9 days"),
    ],
)  # fmt: skip
def test_how_long_ago(before, shown):
    assert formats.ago(NOW - before, NOW) == shown


def test_nothing_is_a_dash():
    assert formats.number(None) == formats.money(None) == formats.day(None) == formats.percent(None) == "–"
    assert formats.number(Decimal("-1234.50")) == "−1,234.5"


def test_money_that_counts_in_no_sum_says_so():
    assert formats.money(Decimal(5), "XAU") == "XAU\u00a05 (no rate)"
    assert formats.money(Decimal(5), "XAU", "zh_Hans").endswith("（无汇率）")
