"""People are told who tried to sign in to their account."""

from datetime import timedelta

import pytest

from kam.clock import now as clock
from kam.errors import Invalid
from kam.web.cookies import BROWSER, SESSION
from tests.people.conftest import ALICE, PASSWORD, enter

ENTRY = {"email": ALICE, "password": PASSWORD}
AGO = timedelta(hours=1)


async def guessed(number, when, address="198.51.100.1"):
    for _ in range(number):
        with pytest.raises(Invalid):
            await enter(password="guess guess", address=address, now=when)


async def test_failed_attempts_are_told_on_the_next_page_and_in_settings(client, alice):
    moment = clock()
    known = (await enter(now=moment - 3 * AGO)).browser
    await guessed(3, moment - 2 * AGO)
    await guessed(1, moment - AGO, "198.51.100.2")
    browser = await client(None)
    browser.cookies.set(BROWSER, known)
    assert (await browser.post("/sign-in", data=ENTRY)).status_code == 303
    browser.headers.pop("x-csrf-token")
    page = (await browser.get("/")).text
    assert "Wrong passwords were tried to sign in to your account: 4 since" in page
    assert "198.51.100.1, 198.51.100.2" in page
    settings = (await browser.get("/settings")).text
    assert "3 wrong passwords" in settings and "1 wrong password" in settings and "198.51.100.2" in settings


async def test_a_sign_in_from_a_new_browser_is_told_to_the_one_that_was_known(client, alice):
    moment = clock()
    known = (await enter(now=moment - 3 * AGO)).browser
    thief = await enter(now=moment - AGO, address="198.51.100.9", agent="Mozilla Chrome/1 Windows")
    assert thief.strange.browser is None, "the stranger is told nothing of themselves"
    found = (await enter(browser=known)).strange
    assert (found.failed, found.browser, found.browser_address) == (0, "Mozilla Chrome/1 Windows", "198.51.100.9")
    browser = await client(None)
    browser.cookies.set(BROWSER, known)
    await browser.post("/sign-in", data=ENTRY)
    assert (
        "Your account was signed in to from a new browser: Chrome · Windows, 198.51.100.9"
        in (await browser.get("/")).text
    )
    assert "Chrome · Windows <span" in (await browser.get("/settings")).text.split("Unfamiliar browsers")[1]


async def test_a_stranger_who_got_in_does_not_take_the_notice_from_the_person(alice):
    moment = clock()
    known = (await enter(now=moment - 4 * AGO)).browser
    await guessed(4, moment - 3 * AGO)
    await enter(now=moment - 2 * AGO, address="198.51.100.1")
    found = (await enter(browser=known, now=moment)).strange
    assert found.failed == 4 and found.browser is not None


async def test_what_was_told_is_not_told_again_and_ones_own_slips_are_not_told(alice):
    moment = clock()
    known = (await enter(now=moment - 4 * AGO)).browser
    await guessed(2, moment - 3 * AGO)
    second = await enter(browser=known, now=moment - 2 * AGO)
    assert second.strange.failed == 2
    with pytest.raises(Invalid):
        await enter(password="slip of the hand", browser=second.browser, now=moment - AGO)
    assert (await enter(browser=second.browser, now=moment)).strange.failed == 0


async def test_the_notice_comes_in_the_persons_language(client, alice, db):
    await db.execute("UPDATE person SET language = 'zh_Hans' WHERE id = $1", alice.id)
    await guessed(1, clock() - AGO)
    browser = await client(None)
    await browser.post("/sign-in", data=ENTRY)
    assert SESSION in browser.cookies
    assert "有人尝试" in (await browser.get("/")).text
