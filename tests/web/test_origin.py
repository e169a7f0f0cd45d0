"""Who asks, by which way, and whether from one of our pages: what proxies say counts only from those we trust."""

import httpx
import pytest
import structlog

from kam.web import origin
from kam.web.cookies import SESSION
from kam.web.origin import asked_from_here, is_secure, origins, visitor_address
from tests.clients import application

PUBLIC = "https://kam.example.com"
LATE = {"name": "Acme Next", "notes": "An hour's work", "_csrf": "old"}


def asking(peer="10.0.0.1", scheme="http", **headers):
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": (peer, 5000) if peer else None, "scheme": scheme, "headers": named}


@pytest.mark.parametrize(
    ("headers", "visitor"),
    [
        ({"x_forwarded_for": "203.0.113.7"}, "203.0.113.7"),
        ({"x_forwarded_for": "198.51.100.1, 203.0.113.7"}, "203.0.113.7"),
        ({"x_forwarded_for": "198.51.100.1, 203.0.113.7, 10.9.9.9"}, "203.0.113.7"),
        ({"x_forwarded_for": "203.0.113.7:4711"}, "203.0.113.7"),
        ({"x_forwarded_for": "[2001:db8::7]:4711"}, "2001:db8::7"),
        ({"x_forwarded_for": "2001:db8::7"}, "2001:db8::7"),
        ({"x_forwarded_for": "::ffff:203.0.113.7"}, "203.0.113.7"),
        ({"x_forwarded_for": "10.1.1.1"}, "10.1.1.1"),
        ({"x_forwarded_for": "203.0.113.7, nonsense"}, "10.0.0.1"),
        ({"x_forwarded_for": ""}, "10.0.0.1"),
        ({"forwarded": 'for=198.51.100.1, for="203.0.113.7:80";proto=https'}, "203.0.113.7"),
        ({"forwarded": 'For="[2001:db8::7]"'}, "2001:db8::7"),
        ({"forwarded": "for=unknown"}, "10.0.0.1"),
        ({"forwarded": "for=198.51.100.1", "x_forwarded_for": "203.0.113.7"}, "10.0.0.1"),
        ({}, "10.0.0.1"),
    ],
)
def test_the_visitor_is_the_rightmost_that_is_no_proxy_of_ours(settings_say, headers, visitor):
    settings_say(KAM_PROXIES="10.0.0.0/8")
    assert visitor_address(asking(**headers)) == visitor


@pytest.mark.parametrize("proxies", ["", "192.168.0.0/16"])
def test_who_is_not_trusted_says_nothing_about_others(settings_say, proxies):
    settings_say(KAM_PROXIES=proxies)
    asked = asking(
        x_forwarded_for="203.0.113.7", x_forwarded_proto="https", x_forwarded_host="evil.example",
        forwarded="for=203.0.113.7;proto=https;host=evil.example", host="kam.test", origin="https://evil.example",
    )  # fmt: skip
    assert visitor_address(asked) == "10.0.0.1"
    assert not is_secure(asked)
    assert asked_from_here(asked) is False


def test_a_proxy_that_is_not_named_is_told_of_once(settings_say, monkeypatch):
    monkeypatch.setattr(origin, "_UNTRUSTED", set())
    settings_say(KAM_PROXIES="10.0.0.1")
    with structlog.testing.capture_logs() as told:
        for peer in ("10.0.0.1", "10.0.0.2", "10.0.0.2"):
            visitor_address(asking(peer, x_forwarded_for="203.0.113.7"))
        visitor_address(asking("10.0.0.3"))
    assert [line["proxy"] for line in told] == ["10.0.0.2"]


def test_an_address_in_the_clothes_of_ipv6_is_the_same_proxy(settings_say):
    settings_say(KAM_PROXIES="10.0.0.1")
    assert visitor_address(asking("::ffff:10.0.0.1", x_forwarded_for="203.0.113.7")) == "203.0.113.7"


def test_without_an_address_there_is_still_an_answer(settings_say):
    settings_say(KAM_PROXIES="10.0.0.0/8")
    assert visitor_address(asking(None)) == ""


@pytest.mark.parametrize(
    ("proto", "secure"), [("https", True), ("http", False), ("HTTPS", True), ("https, http", True), ("", False)]
)
def test_a_trusted_proxy_says_whether_it_speaks_tls(settings_say, proto, secure):
    """With two proxies in the way, what the one said who saw the visitor."""
    settings_say(KAM_PROXIES="10.0.0.0/8")
    assert is_secure(asking(x_forwarded_for="203.0.113.7, 10.2.2.2", x_forwarded_proto=proto)) is secure


def test_a_scheme_that_the_visitor_wrote_left_of_the_proxys_counts_for_nothing(settings_say):
    settings_say(KAM_PROXIES="10.0.0.0/8")
    assert not is_secure(asking(x_forwarded_for="1.1.1.1, 203.0.113.7", x_forwarded_proto="https, http"))
    assert not is_secure(asking(forwarded="for=1.1.1.1;proto=https, for=203.0.113.7;proto=http"))
    assert is_secure(asking(forwarded="for=1.1.1.1;proto=http, for=203.0.113.7;proto=https"))


def test_our_origins_are_the_public_one_and_the_host_asked_for(settings_say):
    settings_say()
    assert origins(asking(host="Kam.test:80")) == {"http://kam.test", "https://kam.test:80"}
    settings_say(KAM_ORIGIN=PUBLIC)
    assert origins(asking(host="kam.example.com")) == {PUBLIC}
    assert origins(asking(host="127.0.0.1:8000")) == {PUBLIC, "http://127.0.0.1:8000", "https://127.0.0.1:8000"}
    assert origins(asking()) == {PUBLIC}


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, None),
        ({"origin": "http://kam.test"}, True),
        ({"origin": "https://kam.test"}, True),
        ({"origin": "http://kam.test:81"}, False),
        ({"origin": "http://evil.test"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://elsewhere.test", "sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "none"}, None),
    ],
)
def test_a_browser_says_where_it_asks_from(settings_say, headers, ours):
    settings_say()
    assert asked_from_here(asking(host="kam.test", **headers)) is ours


@pytest.fixture
async def behind(cast, client):
    """Alice behind a proxy that asks us by another Host, with a form that is too late."""

    async def send(**headers):
        token = (await client(cast.alice)).cookies[SESSION]
        sending = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=application(), client=("10.0.0.1", 5000)),
            base_url="http://127.0.0.1:8000", cookies={SESSION: token},
        )  # fmt: skip
        async with sending as browser:
            return await browser.post("/customers", data=LATE, headers=headers)

    return send


async def test_a_proxy_that_changes_host_loses_no_late_form_where_the_public_origin_is_set(behind, settings_say):
    settings_say(KAM_ORIGIN="http://kam.example.com")
    answer = await behind(origin="http://kam.example.com")
    assert answer.status_code == 403 and "An hour&#39;s work" in answer.text
    assert "Acme" not in (await behind(origin="http://evil.example")).text


async def test_nor_where_a_trusted_proxy_names_the_host(behind, settings_say):
    settings_say(KAM_PROXIES="10.0.0.1")
    told = {"x-forwarded-host": "kam.example.com", "x-forwarded-for": "203.0.113.7", "origin": "http://kam.example.com"}
    assert "An hour&#39;s work" in (await behind(**told)).text
    settings_say()
    assert "An hour" not in (await behind(**told)).text


async def test_nor_where_the_browser_says_that_the_page_is_of_the_same_origin(behind, settings_say):
    settings_say()
    said = {"origin": "https://kam.example.com", "sec-fetch-site": "same-origin"}
    assert "An hour&#39;s work" in (await behind(**said)).text


async def test_where_nothing_tells_the_public_address_the_refusal_says_what_to_set(behind, settings_say):
    settings_say()
    answer = await behind(origin="http://kam.example.com")
    assert answer.status_code == 403 and "KAM_ORIGIN" in answer.text
