"""The door: who comes in, who is slowed down, and who is shown out."""

from datetime import timedelta

import pytest

from kam.clock import now as clock
from kam.errors import Invalid
from kam.people import passwords, signing_in
from kam.people.changing import deactivate
from kam.people.sessions import digest
from kam.web.cookies import SESSION

PASSWORD = "correct horse battery"


@pytest.fixture
async def alice(cast, db):
    await db.execute(
        "UPDATE person SET password_hash = $2 WHERE id = $1", cast.alice.id, await passwords.hashed(PASSWORD)
    )
    return cast.alice


async def enter(browser, password=PASSWORD, **more):
    return await browser.post("/sign-in", data={"email": "alice@example.com", "password": password, **more})


async def test_the_right_password_opens_a_session_that_is_stored_only_as_a_hash(client, alice, db):
    browser = await client(None)
    answer = await enter(browser, next="/people?q=x")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/people?q=x"
    cookie = answer.headers.get_list("set-cookie")[0]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = answer.cookies[SESSION]
    assert await db.fetchval("SELECT person FROM session WHERE token_hash = $1", digest(token)) == alice.id
    assert (await browser.get("/people")).status_code == 200


async def test_a_wrong_password_keeps_the_address_typed_and_does_not_say_which_half_was_wrong(client, alice):
    browser = await client(None)
    wrong = await enter(browser, "guess guess guess")
    unknown = await browser.post("/sign-in", data={"email": "nobody@example.com", "password": "guess guess guess"})
    assert wrong.status_code == unknown.status_code == 422
    assert "alice@example.com" in wrong.text
    assert "do not belong together" in wrong.text
    assert "do not belong together" in unknown.text
    assert "guess guess" not in wrong.text


async def test_after_five_wrong_passwords_the_right_one_has_to_wait(client, alice):
    browser = await client(None)
    for _ in range(5):
        assert (await enter(browser, "guess guess guess")).status_code == 422
    answer = await enter(browser)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 901
    assert "15 minutes" in answer.text


async def test_waiting_is_over_when_it_said_so(alice):
    moment = clock()
    for _ in range(5):
        with pytest.raises(Invalid):
            await signing_in.sign_in("alice@example.com", "guess guess", address="::1", agent="", now=moment)
    with pytest.raises(signing_in.TriedTooOften) as wait:
        await signing_in.sign_in("alice@example.com", PASSWORD, address="::1", agent="", now=moment)
    later = moment + timedelta(seconds=wait.value.seconds)
    assert await signing_in.sign_in("alice@example.com", PASSWORD, address="::1", agent="", now=later)


async def test_guessing_many_accounts_from_one_address_is_slowed_down_too(alice, monkeypatch):
    async def wrong(*_args):
        return False

    monkeypatch.setattr(signing_in, "verify", wrong)
    for number in range(signing_in.PER_ADDRESS):
        with pytest.raises(Invalid):
            await signing_in.sign_in(f"p{number}@example.com", "x", address="203.0.113.9", agent="", now=clock())
    with pytest.raises(signing_in.TriedTooOften):
        await signing_in.sign_in("p999@example.com", "x", address="203.0.113.9", agent="", now=clock())


async def test_next_never_leads_to_another_site(client, alice):
    answer = await enter(await client(None), next="https://evil.example/")
    assert answer.headers["location"] == "/"


async def test_signing_out_ends_the_session_at_once(client, alice):
    browser = await client(alice)
    assert (await browser.get("/people")).status_code == 200
    assert (await browser.post("/sign-out")).status_code == 303
    assert (await browser.get("/people")).status_code == 303


async def test_who_is_deactivated_loses_every_session_and_cannot_come_back(client, alice, cast):
    browser = await client(alice)
    await deactivate(alice.id, by=cast.ada, now=clock())
    assert (await browser.get("/people")).status_code == 303
    assert (await enter(await client(None))).status_code == 422


async def test_a_new_role_is_in_force_with_the_next_request(client, cast):
    boss, browser = await client(cast.ada), await client(cast.bob)
    assert (await browser.get("/people/new")).status_code == 403
    changed = await boss.post(
        f"/people/{cast.bob.id}",
        data={"name": "Bob", "email": "bob@example.com", "role": "administrator", "language": "en", "revision": "1"},
    )
    assert changed.status_code == 303
    assert (await browser.get("/people/new")).status_code == 200
