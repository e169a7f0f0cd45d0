"""Guessing passwords is slow; knowing one is not, whoever else guesses."""

import asyncio
import threading
from contextlib import ExitStack, suppress
from datetime import timedelta

import pytest

from kam.clock import now as clock
from kam.database.engine import DB, KamEngine
from kam.errors import Busy, Invalid
from kam.people import forgetting, guessing, hashing, passwords
from kam.people.guessing import HERE, NETWORK, TriedTooOften, network_of
from kam.web.cookies import BROWSER
from tests.people.conftest import ALICE, PASSWORD, enter

SECOND = timedelta(seconds=1)
STRANGER = "198.51.100.1"


async def tries(number, moment, *, email=ALICE, address=STRANGER, browser="", heard=0):
    """How many of so many wrong passwords, at one moment, were looked at."""
    for _ in range(number):
        with pytest.raises((Invalid, TriedTooOften)) as refused:
            await enter(email, "guess guess", address=address, browser=browser, now=moment)
        heard += refused.type is Invalid
    return heard


@pytest.fixture
def quick(monkeypatch):
    """Verifying costs nothing, and only Alice's password is right."""
    monkeypatch.setattr(hashing, "verify_now", lambda password, stored: stored is not None and password == PASSWORD)


async def test_a_stranger_who_guesses_never_keeps_the_person_out(alice, quick):
    moment = clock()
    assert await tries(200, moment) == HERE.free
    assert (await enter(now=moment)).session


async def test_a_clock_that_was_a_year_ahead_for_a_while_keeps_nobody_out(alice, quick):
    moment = clock()
    await tries(20, moment + timedelta(days=365))
    assert (await enter(address=STRANGER, now=moment)).session
    assert await tries(20, moment) == HERE.free


async def test_thirty_wrong_passwords_from_one_address_shut_nobody_out_there_who_was_there_before(alice, quick):
    moment = clock()
    browser = (await enter(address=STRANGER, now=moment)).browser
    for number in range(60):
        await tries(1, moment, email=f"p{number}@example.com")
    assert (await enter(address=STRANGER, browser=browser, now=moment)).session
    with pytest.raises(TriedTooOften) as wait:
        await enter(address=STRANGER, now=moment)
    assert wait.value.seconds <= NETWORK.longest + 1
    assert (await enter(address=STRANGER, now=moment + wait.value.seconds * SECOND)).session


async def test_many_networks_at_once_neither_keep_the_person_out_nor_guess_fast(alice, quick):
    moment = clock()
    heard = 0
    for number in range(60):
        heard += await tries(4, moment, address=f"198.51.{number}.1")
    assert heard <= 60 * guessing.HEARD_FROM_ANYWHERE + guessing.ACCOUNT.free
    assert await tries(1, moment, address="198.51.59.1") == 0
    assert (await enter(now=moment)).session, "from a network that has not guessed"


async def test_each_further_guess_waits_longer_up_to_a_bound_and_waiting_is_over_when_it_said_so(alice, quick):
    moment, waits = clock(), []
    await tries(HERE.free, moment)
    for _ in range(12):
        with pytest.raises(TriedTooOften) as wait:
            await enter(password="guess guess", address=STRANGER, now=moment)
        waits.append(wait.value.seconds)
        moment += wait.value.seconds * SECOND
        with pytest.raises(Invalid):
            await enter(password="guess guess", address=STRANGER, now=moment)
    assert waits == sorted(waits) and waits[0] <= 2 and max(waits) == HERE.longest + 1
    moment += (HERE.longest + 1) * SECOND
    assert (await enter(address=STRANGER, now=moment)).session, "also the right one from there, after the bound"


async def test_what_was_right_is_not_counted(alice, quick):
    moment = clock()
    for _ in range(3 * NETWORK.free):
        assert (await enter(now=moment)).session


async def test_guesses_are_forgotten(alice, quick):
    moment = clock()
    await tries(50, moment)
    assert await tries(10, moment + timedelta(hours=3)) == HERE.free
    await forgetting.forget_expired(moment + timedelta(days=2))
    assert await DB.fetchval("SELECT count(*) FROM guess") == 0


async def test_a_known_browser_is_counted_by_itself(alice, quick):
    moment = clock()
    browser = (await enter(now=moment)).browser
    assert await tries(50, moment, address="203.0.113.7", browser=browser) == guessing.KNOWN.free
    with pytest.raises(TriedTooOften):
        await enter(browser=browser, now=moment)
    assert (await enter(now=moment)).session


@pytest.mark.parametrize("bent", ["", "x.1.y", "{name}.{stamp}.AAAA", "a.b", "~~~~", "é.ü.ö", "{name}.9{stamp}.{mac}"])
async def test_nobody_makes_up_a_known_browser(alice, quick, bent):
    moment = clock()
    name, stamp, mac = (await enter(now=moment)).browser.split(".")
    await tries(HERE.free, moment)
    with pytest.raises(TriedTooOften):
        await enter(address=STRANGER, browser=bent.format(name=name, stamp=stamp, mac=mac), now=moment)


async def test_a_browser_is_known_to_the_account_it_signed_in_to_and_to_no_other(cast, alice, quick):
    moment = clock()
    browser = (await enter(now=moment)).browser
    await tries(HERE.free, moment, email="bob@example.com")
    with pytest.raises(TriedTooOften):
        await enter("bob@example.com", "guess", address=STRANGER, browser=browser, now=moment)


async def test_several_people_share_a_browser(cast, alice, quick):
    moment = clock()
    await DB.execute("UPDATE person SET password_hash = 'x' WHERE id = $1", cast.bob.id)
    browser = (await enter(now=moment)).browser
    browser = (await enter("bob@example.com", browser=browser, now=moment)).browser
    await tries(HERE.free, moment)
    await tries(HERE.free, moment, email="bob@example.com")
    for email in (ALICE, "bob@example.com"):
        browser = (await enter(email, address=STRANGER, browser=browser, now=moment)).browser


async def test_with_another_password_no_browser_is_known_any_longer(cast, alice, quick):
    moment = clock()
    browser = (await enter(now=moment)).browser
    await DB.execute("UPDATE person SET password_set_at = $2 WHERE id = $1", cast.alice.id, moment + SECOND)
    await tries(HERE.free, moment)
    with pytest.raises(TriedTooOften):
        await enter(address=STRANGER, browser=browser, now=moment)


def _noting(original, done):
    async def asked(self, sql, *args):
        done.append(sql)
        return await original(self, sql, *args)

    return asked


async def test_whoever_is_not_there_costs_and_looks_the_same(cast, alice, monkeypatch):
    """The same statements, the same hashing, the same refusals after as many tries."""
    done = []
    for name in ("fetch", "execute"):
        monkeypatch.setattr(KamEngine, name, _noting(getattr(KamEngine, name), done))
    verify = hashing.verify_now
    monkeypatch.setattr(hashing, "verify_now", lambda *values: done.append("verify") or verify(*values))
    moment, courses = clock(), []
    for email in (ALICE, "nobody@example.com", "bob@example.com"):
        course = []
        for _ in range(HERE.free + 2):
            done.clear()
            with pytest.raises((Invalid, TriedTooOften)) as refused:
                await enter(email, "guess guess", address=f"2001:db8:{len(courses)}::1", now=moment)
            course.append((str(refused.value), tuple(done)))
        courses.append(course)
    assert "verify" in courses[0][0][1]
    assert courses[0] == courses[1] == courses[2]


def test_one_household_has_many_addresses_of_the_new_kind():
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") != network_of("2001:db8:0:1::1")
    assert network_of("203.0.113.7") == "203.0.113.7"
    assert network_of("") == network_of("socket") == "unknown"


async def test_guessing_at_one_moment_gains_nothing(database, quick):
    """Over connections of their own, as the processes of a service have them."""
    moment, counters = clock(), guessing.by_stranger("race@example.com", "192.0.2.77")
    try:

        async def one():
            try:
                await guessing.count(counters, now=moment)
            except TriedTooOften:
                return 0
            return 1

        assert sum(await asyncio.gather(*(one() for _ in range(60)))) == HERE.free
    finally:
        await DB.execute("DELETE FROM guess WHERE account = 'race@example.com' OR source = '192.0.2.77'")


async def test_counting_and_giving_back_at_one_moment_waits_for_nobody_in_a_circle(database):
    moment = clock()
    try:

        async def turn(number):
            counters = guessing.by_stranger(f"race{number % 3}@example.com", f"192.0.2.{number % 2}")
            with suppress(TriedTooOften):
                await guessing.count(counters, now=moment)
            await guessing.give_back(counters[:: -1 if number % 2 else 1], now=moment)

        await asyncio.gather(*(turn(number) for number in range(120)))
    finally:
        await DB.execute("DELETE FROM guess WHERE account LIKE 'race%' OR source LIKE '192.0.2.%'")


async def test_a_flood_that_was_just_refused_does_not_ask_the_database(alice, quick, monkeypatch):
    moment = clock()
    await tries(HERE.free + 1, moment)

    async def asked(*_args):
        raise AssertionError("asked the database")

    monkeypatch.setattr(KamEngine, "fetch", asked)
    monkeypatch.setattr(KamEngine, "fetchrow", asked)
    assert await tries(20, moment) == 0


async def test_a_crowd_of_strangers_does_not_stand_in_the_way_of_a_known_browser(alice, client):
    browser = (await enter()).browser
    with ExitStack() as crowd:
        with pytest.raises(Busy):
            for _ in range(hashing.PLACES + 1):
                crowd.enter_context(hashing.STRANGERS.place())
        visitor = await client(None)
        answer = await visitor.post("/sign-in", data={"email": ALICE, "password": PASSWORD})
        assert answer.status_code == 503 and answer.headers["retry-after"] == "3"
        assert "Very many people are signing in" in answer.text and f'value="{ALICE}"' in answer.text
        visitor.cookies.set(BROWSER, browser)
        assert (await visitor.post("/sign-in", data={"email": ALICE, "password": PASSWORD})).status_code == 303
    assert hashing.STRANGERS.taken == hashing.KNOWN.taken == 0


async def test_other_work_in_threads_keeps_nobody_from_signing_in(alice):
    done = threading.Event()
    others = [asyncio.create_task(asyncio.to_thread(done.wait)) for _ in range(64)]
    await asyncio.sleep(0.05)
    try:
        async with asyncio.timeout(5):
            assert (await enter()).session
    finally:
        done.set()
        await asyncio.gather(*others)


async def test_a_stolen_session_is_no_guessing_machine(client, alice, quick):
    browser = await client(alice)
    said, heard = {"old": "guess guess", "new": "x", "again": "x"}, 0
    for _ in range(40):
        answer = await browser.post("/settings/password", data=said)
        heard += answer.status_code == 422
    assert answer.status_code == 429 and heard <= HERE.free + 4
    assert "Too many wrong tries. Please try again in" in answer.text
    right = {"old": PASSWORD, "new": "three blind herons", "again": "three blind herons"}
    assert (await browser.post("/settings/password", data=right)).status_code == 429
    assert (await enter()).session, "signing in is not slowed down by it"


async def test_a_password_that_was_reset_meanwhile_is_neither_entered_with_nor_changed(alice, client, monkeypatch):
    """The administrator resets it while the old one is being looked at."""
    browser, hashed = await client(alice), await passwords.hashed("given meanwhile 7")
    original = hashing.Queue.run

    async def overtaken(queue, work, *values):
        found = await original(queue, work, *values)
        if work is hashing.verify_now:
            await DB.execute("UPDATE person SET password_hash = $2 WHERE id = $1", alice.id, hashed)
        return found

    monkeypatch.setattr(hashing.Queue, "run", overtaken)
    with pytest.raises(Invalid):
        await enter()
    again = await passwords.hashed(PASSWORD)
    await DB.execute("UPDATE person SET password_hash = $2 WHERE id = $1", alice.id, again)
    right = {"old": PASSWORD, "new": "three blind herons", "again": "three blind herons"}
    assert (await browser.post("/settings/password", data=right)).status_code == 422
    assert await DB.fetchval("SELECT password_hash FROM person WHERE id = $1", alice.id) == hashed
