"""The numbers beside the navigation: counted in the background, never waited for, and only of what one sees."""

import asyncio
import time

import pytest

from kam.web import waiting
from kam.web.waiting import COUNTERS, numbers
from tests.clients import application


@pytest.fixture
def counted(monkeypatch):
    """Counters of this test's own, and what was counted before is forgotten. Sets what each counter does."""
    application()  # whose pages bring their own counters when it is built
    waiting.stop()
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.2)
    for name in list(COUNTERS):
        monkeypatch.delitem(COUNTERS, name)
    yield lambda name, counter: monkeypatch.setitem(COUNTERS, name, counter)
    waiting.stop()


def steady(number):
    async def count(viewer):
        return number

    return count


async def until(holds):
    for _ in range(200):
        if await holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not in two seconds")


async def test_the_first_page_has_the_numbers_of_quick_counters(client, cast, counted):
    counted("warnings", steady(41))
    assert '<span class="count">41' in (await (await client(cast.alice)).get("/people")).text


async def test_a_slow_counter_holds_up_no_page_and_no_other_counter(client, cast, counted):
    ready = asyncio.Event()

    async def slow(viewer):
        await ready.wait()
        return 77

    counted("desk", slow)
    counted("warnings", steady(41))
    browser = await client(cast.alice)
    begun = time.monotonic()
    first, second = (await browser.get("/people")).text, (await browser.get("/people")).text
    assert time.monotonic() - begun < 2
    for text in (first, second):
        assert ">41" in text and ">77" not in text
    ready.set()

    async def shown():
        return ">77" in (await browser.get("/people")).text

    await until(shown)


async def test_old_numbers_stand_until_the_new_ones_are_there(cast, counted, monkeypatch):
    counted("desk", steady(1))
    assert await numbers(cast.alice) == {"desk": 1}
    ready = asyncio.Event()

    async def slow(viewer):
        await ready.wait()
        return 2

    counted("desk", slow)
    assert await numbers(cast.alice) == {"desk": 1}  # still fresh
    monkeypatch.setattr(waiting, "KEPT_SECONDS", -1.0)
    begun = time.monotonic()
    assert await numbers(cast.alice) == {"desk": 1}
    assert time.monotonic() - begun < 0.1
    monkeypatch.setattr(waiting, "KEPT_SECONDS", 20.0)
    ready.set()

    async def two():
        return await numbers(cast.alice) == {"desk": 2}

    await until(two)


async def test_who_has_just_changed_something_sees_its_effect(cast, counted):
    counted("desk", steady(3))
    await numbers(cast.alice)
    counted("desk", steady(2))
    assert await numbers(cast.alice) == {"desk": 3}
    assert await numbers(cast.alice, changed=True) == {"desk": 2}


async def test_a_counter_that_fails_is_logged_and_the_others_go_on(cast, counted):
    async def broken(viewer):
        raise RuntimeError("no such table")

    counted("desk", broken)
    counted("warnings", steady(4))
    assert await numbers(cast.alice) == {"desk": None, "warnings": 4}


async def test_what_could_never_be_counted_is_not_shown_as_nothing_waiting(client, cast, counted, monkeypatch):
    async def broken(viewer):
        raise RuntimeError("no such table")

    counted("desk", broken)
    counted("approvals", steady(0))
    browser, told = await client(cast.alice), 'title="This number could not be counted.">?</span>'
    text = (await browser.get("/people")).text
    assert text.count(told) == 2  # beside the desk, in the long and in the short navigation
    assert text.count('role="img" aria-label="This number could not be counted."') == 2
    counted("desk", steady(3))
    monkeypatch.setattr(waiting, "KEPT_SECONDS", -1.0)

    async def counted_after_all():
        text = (await browser.get("/people")).text
        return told not in text and '<span class="count">3' in text

    await until(counted_after_all)


async def test_a_counter_that_fails_later_leaves_its_last_number(cast, counted):
    async def broken(viewer):
        raise RuntimeError("no such table")

    counted("desk", steady(3))
    assert await numbers(cast.alice) == {"desk": 3}
    counted("desk", broken)
    assert await numbers(cast.alice, changed=True) == {"desk": 3}


async def test_a_counter_that_never_ends_is_given_up(cast, counted, monkeypatch):
    monkeypatch.setattr(waiting, "GIVEN_UP_SECONDS", 0.02)
    counted("desk", lambda viewer: asyncio.sleep(3600))
    assert await numbers(cast.alice) == {"desk": None}


async def test_another_role_or_team_does_not_see_the_numbers_of_before(cast, counted):
    async def teams(viewer):
        return len(viewer.teams)

    counted("desk", teams)
    assert await numbers(cast.alice) == {"desk": 1}
    moved = type(cast.alice)(id=cast.alice.id, name=cast.alice.name, role=cast.alice.role)
    assert await numbers(moved) == {"desk": 0}
