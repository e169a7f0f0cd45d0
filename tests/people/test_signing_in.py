"""The door: who comes in, who is slowed down, and who is shown out."""

from kam.clock import now as clock
from kam.leaving.deactivating import deactivate
from kam.leaving.holdings import held_by, mark_of
from kam.people.sessions import digest
from kam.web.cookies import SESSION
from tests.people.conftest import PASSWORD


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
    await deactivate(alice.id, seen=mark_of(await held_by(alice.id)), by=cast.ada, now=clock())
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
