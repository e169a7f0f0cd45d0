"""A moment that a form showed comes back as the same moment, on whatever clock, in whatever hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kam.clock import now, zones
from kam.web.current import CURRENT, Current
from kam.web.forms import Form

SECOND_TIME = datetime(2025, 10, 26, 1, 30, 12, 345678, tzinfo=UTC)  # 02:30 in Berlin, an hour after the first 02:30
_moments = st.integers(-3_786_912_000, 5_680_281_600).map(lambda second: datetime.fromtimestamp(second, UTC))


@pytest.fixture(autouse=True)
def english():
    token = CURRENT.set(_asked("UTC"))
    yield
    CURRENT.reset(token)


def _asked(clock: str) -> Current:
    return Current(language="en", theme="auto", path="/", query="", now=now(), zone=ZoneInfo(clock))


@given(st.sampled_from(zones()), st.sampled_from(zones()), _moments)
@example("Europe/Berlin", "Asia/Shanghai", SECOND_TIME)
@example("Australia/Lord_Howe", "UTC", datetime(2025, 4, 5, 15, 15, tzinfo=UTC))
def test_what_was_shown_comes_back_as_the_same_moment(clock, by_then, stored):
    """Also when the clock has changed between opening and saving, as on a journey."""
    CURRENT.set(_asked(clock))
    shown = Form.of({"at": stored})
    sent = {"at": [shown.value("at")], "at_zone": [str(shown.clock("at"))]}
    CURRENT.set(_asked(by_then))
    form = Form(sent).over(Form.of({"at": stored}))
    assert form.moment("at") == stored
    assert form.news({"at": stored}) == {}
    assert not form.errors


@given(st.sampled_from(zones()), _moments)
def test_what_is_typed_is_the_moment_at_which_that_clock_shows_it(clock, meant):
    local = meant.replace(second=0, microsecond=0).astimezone(ZoneInfo(clock))
    form = Form({"at": [local.strftime("%Y-%m-%dT%H:%M")], "at_zone": [clock]})
    found = form.moment("at")
    assert not form.errors
    assert found.astimezone(ZoneInfo(clock)).strftime("%Y-%m-%dT%H:%M") == form.value("at")


def test_an_hour_that_comes_twice_is_shown_with_its_distance_from_utc():
    CURRENT.set(_asked("Europe/Berlin"))
    said = [Form.of({"at": SECOND_TIME - timedelta(hours=ago)}).clock_said("at") for ago in (0, 1, 2)]
    assert [one.partition(" (")[2] for one in said] == ["UTC+01:00)", "UTC+02:00)", ""]


def test_an_hour_that_never_came_is_refused_and_kept():
    form = Form({"at": ["2026-03-29T02:30"], "at_zone": ["Europe/Berlin"]})
    form.moment("at")
    assert "put forward" in form.error("at")
    assert form.value("at") == "2026-03-29T02:30"


@pytest.mark.parametrize(("name", "stored", "sent", "stays"), [
    ("notes", "a\r\nb ", "a\nb ", True), ("notes", "\na", "a", True), ("notes", "a\nb", "ab", False),
    ("name", "a\nb", "ab", True), ("name", "a ", "a ", True), ("name", "a ", "a", False), ("name", None, "", True),
    ("tick", False, None, True), ("tick", True, None, False), ("day", date(2026, 1, 1), "2026-01-01", True),
])  # fmt: skip
def test_what_a_field_cannot_carry_is_no_change(name, stored, sent, stays):
    form = Form({name: [sent]} if sent is not None else {}).over(Form.of({name: stored}))
    assert form.stays(name) is stays
