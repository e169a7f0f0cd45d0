"""Deadlines before a date of the record, and what states mean: what is wrong is named with its line."""

from __future__ import annotations

import pytest

from kam.records.subject import facts_of, subject_of
from kam.vocabulary import VOCABULARY
from tests.records.leases import LEASE
from tests.workflow.test_checking import DEADLINE, GOOD, T, faults, line_of

OF_LEASE = GOOD.replace('subject = "customer"', 'subject = "lease"')
OWN = {fact.name: fact for group in facts_of(LEASE).groups for fact in group.facts}
KNOWN = {
    "facts": {**VOCABULARY.facts, "lease": {**VOCABULARY.facts["customer"], **OWN}},
    "subjects": {**VOCABULARY.subjects, "lease": subject_of(LEASE)},
}
DATED = DEADLINE.replace('after = "3 days"', 'before = "30 days"\nof = "notice_on"')
MEANT = GOOD.replace('kind = "final"', 'kind = "final"\nmeaning = "won"\ntone = "good"\nicon = "trophy"')
RULE = f"""
[[triggers]]
name = "late"
{T}
from = "open"
transition = "finish"
when = {{ fact = "days_to_notice", below = 2 }}
"""

CASES = {
    "a field that is not there": (DATED.replace("notice_on", "signed_on"), "signed_on", "`signed_on` is no field of"),
    "a field that is no date": (DATED.replace("notice_on", "title"), 'of = "title"', "`title` is no date of a"),
    "no field": (DATED.replace('of = "notice_on"\n', ""), "[[states.open.deadlines]]", "`of` is missing"),
    "no length": (DATED.replace('before = "30 days"\n', ""), "[[states.open.deadlines]]", "`before` is None"),
    "both": (DATED.replace("before", 'after = "3 days"\nbefore'), "before", "has both `after` and `before`"),
    "too long": (DATED.replace("30 days", "900 weeks"), "900", "choose at most ten years"),
}


def test_a_deadline_before_a_date_is_sound():
    assert faults(OF_LEASE + DATED, **KNOWN) == []
    assert faults(OF_LEASE + DATED.replace("30 days", "0 days"), **KNOWN) == []


@pytest.mark.parametrize("case", CASES)
def test_each_fault_of_a_date_is_named_with_its_line(case):
    added, part, said = CASES[case]
    found = faults(OF_LEASE + added, **KNOWN)
    match = next((fault for fault in found if said in fault), None)
    assert match, found
    assert int(match.split(":")[1]) == line_of(OF_LEASE + added, part), match


def test_what_has_no_dates_has_no_such_deadlines():
    assert any("`notice_on` is no field of a customer; use after" in fault for fault in faults(GOOD + DATED))


def test_after_so_long_takes_time():
    assert any("`after` is '0 days'" in fault for fault in faults(GOOD + DEADLINE.replace("3 days", "0 days")))


def test_triggers_search_by_what_is_known_of_the_record():
    assert faults(OF_LEASE + RULE, **KNOWN) == []
    assert any("no fact `days_to_notice`" in fault for fault in faults(GOOD + RULE))


def test_a_state_says_what_it_means_and_how_it_looks():
    assert faults(MEANT) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"won"', '"victory"', "`meaning` is 'victory'"),
        ('"won"', '"in_force"', "is final, but means `in_force`"),
        ('"good"', '"pink"', "`tone` is 'pink'"),
        ('"trophy"', '"no-such-picture"', "There is no icon `no-such-picture`"),
    ],
)
def test_what_a_state_cannot_mean_or_look_like_is_named(right, wrong, said):
    text = MEANT.replace(right, wrong)
    [fault] = [fault for fault in faults(text) if said in fault]
    assert int(fault.split(":")[1]) == line_of(text, wrong)
