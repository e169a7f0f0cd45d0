"""What changed between two versions, told as the reader writes dates, money and titles."""

from kam.plans.comparing import compare, listed
from kam.plans.content import fingerprint
from tests.plans.examples import content


def changed(key, language, **later):
    before, after = content(), content()
    after |= later
    (one,) = [found for found in compare(before, after, language) if found.key == key]
    return [(line.kind, line.text) for line in one.lines if line.kind != "same"]


def objective(**other):
    return [content()["objectives"][0] | other, *content()["objectives"][1:]]


def test_dates_and_money_are_written_in_full_in_english():
    assert changed("objectives", "en", objectives=objective(due_on="2027-03-31", target="2100000.50")) == [
        ("gone", "Win the third plant · Revenue, 12 months · €900,000 → €2,000,000 · 31 Dec 2027"),
        ("new", "Win the third plant · Revenue, 12 months · €900,000 → €2,100,000.50 · 31 Mar 2027"),
    ]


def test_they_are_chinese_for_readers_of_chinese():
    lines = changed("objectives", "zh_Hans", objectives=objective(due_on="2027-03-31"))
    assert lines[1][1].endswith("2027年3月31日")
    assert "2027-" not in str(lines)


def test_choices_are_told_by_their_titles():
    risks = [content()["risks"][0] | {"impact": 5}, *content()["risks"][1:]]
    gone, new = changed("risks", "en", risks=risks)
    assert "Possible × Heavy" in gone[1] and "Possible × Critical" in new[1]
    assert all(
        "×" in line and not any(letter.isdigit() for letter in line) for line in listed("risks", content(), "zh_Hant")
    )
    assert "Alice Weber · account lead" in listed("resources", content())


def test_title_period_and_budget_are_compared_too():
    plan = content()["plan"] | {"period_end": "2028-12-31", "budget": "200000.00"}
    assert changed("plan", "en", plan=plan) == [
        ("gone", "1 Jul 2026 – 30 Jun 2028"), ("new", "1 Jul 2026 – 31 Dec 2028"),
    ]  # fmt: skip
    assert ("new", "Budget: €200,000") in changed("resources", "en", plan=plan)


def test_an_objective_without_numbers_shows_no_arrow():
    lines = changed("objectives", "en", objectives=objective(baseline=None, target=None, due_on=None, fact_title=""))
    assert ("new", "Win the third plant") in lines


def test_showing_the_difference_changes_nothing_of_what_is_kept():
    before, after = content(), content("Another title")
    hashes = fingerprint(before), fingerprint(after)
    compare(before, after, "zh_Hans")
    assert (fingerprint(before), fingerprint(after)) == hashes


def test_what_is_the_same_is_not_told():
    assert compare(content(), content() | {"as_of": "2026-07-01"}) == []
