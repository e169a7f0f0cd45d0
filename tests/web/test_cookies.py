"""Cookies that nobody else can plant or read, and what the door says to a browser that does not send them back."""

import httpx
import pytest

from kam.clock import now
from kam.people import passwords
from kam.people.sessions import open_session
from kam.web.cookies import SESSION, THEME, VISITOR, full_name
from kam.web.csrf import masked, secret_for
from tests.clients import application

PASSWORD = "correct horse battery"


def browser(scheme="https", **cookies):
    transport = httpx.ASGITransport(app=application(), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"{scheme}://kam.example.com", cookies=cookies)


@pytest.fixture
async def alice(cast, db):
    hashed = await passwords.hashed(PASSWORD)
    await db.execute("UPDATE person SET password_hash = $2 WHERE id = $1", cast.alice.id, hashed)
    return cast.alice


async def entering(visiting, token):
    said = {"_csrf": masked(secret_for(token)), "email": "alice@example.com", "password": PASSWORD}
    return await visiting.post("/sign-in", data=said)


@pytest.mark.parametrize(("scheme", "prefix"), [("https", "__Host-"), ("http", "")])
async def test_over_tls_every_cookie_is_bound_to_the_host(alice, scheme, prefix):
    async with browser(scheme) as visiting:
        token = (await visiting.get("/sign-in")).cookies[f"{prefix}{VISITOR}"]
        answer = await entering(visiting, token)
        assert answer.status_code == 303 and f"{prefix}{SESSION}" in answer.cookies
        proof = masked(secret_for(answer.cookies[f"{prefix}{SESSION}"]))
        chosen = await visiting.post("/preferences", data={"_csrf": proof, "theme": "dark", "language": "en"})
        saved = await visiting.post("/settings", data={"_csrf": proof, "name": "A", "language": "en", "theme": "auto"})
        page = await visiting.get("/settings")
        given = [line for one in (answer, chosen, saved, page) for line in one.headers.get_list("set-cookie")]
    assert page.status_code == 200 and len(given) >= 6
    for line in given:
        assert line.startswith(f"{prefix}kam_") and "; Path=/" in line and "Domain" not in line
        assert ("; Secure" in line) is (scheme == "https")


async def test_a_session_that_was_planted_under_a_plain_name_is_not_taken_over_tls(cast):
    token = await open_session(cast.charlie.id, now=now())
    async with browser(**{SESSION: token}) as planted:
        assert (await planted.get("/people")).status_code == 303
    async with browser(**{full_name(SESSION, secure=True): token}) as own:
        assert (await own.get("/people")).status_code == 200
    async with browser("http", **{SESSION: token}) as plain:
        assert (await plain.get("/people")).status_code == 200
    async with browser("http", **{full_name(SESSION, secure=True): token}) as bent:
        assert (await bent.get("/people")).status_code == 303


async def test_a_visitor_that_was_planted_proves_nothing_over_tls(alice):
    async with browser(**{VISITOR: "planted", THEME: "dark"}) as planted:
        assert (await entering(planted, "planted")).status_code in (303, 403)
        assert not any(SESSION in name for name in planted.cookies)
        assert 'data-theme="dark"' not in (await planted.get("/sign-in")).text


async def circling(visiting, referer):
    """A browser that keeps no cookie tries to sign in and is led on."""
    await visiting.get("/sign-in")
    visiting.cookies.clear()
    answer = await entering(visiting, "lost")
    assert answer.status_code == 303
    visiting.cookies.clear()
    page = await visiting.get(answer.headers["location"], headers={"referer": referer})
    assert page.status_code == 200
    return page.text


async def test_the_door_says_why_cookies_for_tls_alone_do_not_come_back_over_http(alice, settings_say):
    settings_say(KAM_SECURE_COOKIES="yes")
    async with browser("http") as visiting:
        text = await circling(visiting, "http://kam.example.com/sign-in")
        assert "Your browser came by http" in text and "KAM_ORIGIN" in text
        visiting.cookies.clear()
        assert "KAM_ORIGIN" not in (await visiting.get("/sign-in")).text


async def test_the_door_says_that_cookies_must_be_allowed(alice):
    async with browser("http") as visiting:
        assert "Allow cookies" in await circling(visiting, "http://kam.example.com/sign-in")
        again = await visiting.get("/sign-in?cookies=lost")
        assert "Allow cookies" not in again.text, "this time the cookie came back"
