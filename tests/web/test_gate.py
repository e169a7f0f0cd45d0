"""Before any page: who asks, in which language, and the headers that protect every answer."""

import re

import pytest

from kam.web.addresses import own_path


async def test_nobody_is_sent_to_sign_in_and_back(client, cast):
    answer = await (await client(None)).get("/people?q=a")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fpeople%3Fq%3Da"


async def test_a_script_that_is_not_signed_in_is_told_so(client, cast):
    answer = await (await client(None)).get("/search", headers={"accept": "application/json"})
    assert answer.status_code == 401


async def test_every_answer_is_guarded(client, cast):
    browser = await client(cast.alice)
    for path in ("/people", "/nowhere", "/sign-in"):
        headers = (await browser.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


async def test_pages_have_no_inline_script_or_style(client, cast):
    browser = await client(cast.ada)
    for path in ("/people", "/settings", "/teams", "/more", "/search?q=a"):
        text = (await browser.get(path)).text
        assert " style=" not in text
        assert " onclick" not in text
        assert "<script>" not in text


async def test_an_unknown_address_is_a_page_with_the_navigation(client, cast):
    answer = await (await client(cast.alice)).get("/no/such/page")
    assert answer.status_code == 404
    assert 'href="/people"' in answer.text


async def test_a_change_without_proof_is_refused(client, cast):
    browser = await client(cast.alice, proof=False)
    answer = await browser.post("/settings", data={"name": "Mallory", "language": "en", "theme": "auto"})
    assert answer.status_code == 403
    assert "load the page again" in answer.text


async def test_the_proof_of_another_session_is_worth_nothing(client, cast):
    other = await client(cast.bob)
    browser = await client(cast.alice, proof=False)
    answer = await browser.post("/preferences", data={"theme": "dark", "_csrf": other.headers["x-csrf-token"]})
    assert answer.status_code == 403


async def test_a_plain_form_carries_the_proof_as_a_field(client, cast):
    browser = await client(cast.alice)
    proof = browser.headers.pop("x-csrf-token")
    answer = await browser.post("/preferences", data={"_csrf": proof, "theme": "dark", "next": "/people"})
    assert answer.status_code == 303
    assert 'data-theme="dark"' in (await browser.get("/people")).text


async def test_the_language_is_asked_for_before_sign_in_and_kept_after(client, cast):
    visitor = await client(None)
    assert 'lang="zh-Hant"' in (await visitor.get("/sign-in", headers={"accept-language": "zh-TW,en;q=0.5"})).text
    browser = await client(cast.alice)
    await browser.post("/preferences", data={"language": "zh_Hans"})
    assert 'lang="zh-Hans"' in (await browser.get("/people")).text


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\\\\evil",
        "",
        None,
        "/a\nb",
    ],
)
def test_no_address_leads_elsewhere(address):
    path = own_path(address)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert "evil" not in path or path == "/x"


async def test_a_flash_is_shown_once(client, cast):
    browser = await client(cast.ada)
    await browser.post("/teams", data={"name": "East"})
    assert "The team was added." in (await browser.get("/teams")).text
    assert "The team was added." not in (await browser.get("/teams")).text


async def test_bundles_are_kept_for_ever_and_compressed(client, cast):
    from kam.web.assets import asset

    browser = await client(None)
    for kind in ("css", "js", "icons"):
        answer = await browser.get(asset(kind))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
    assert (await browser.get("/static/css-000000000000.css")).status_code in (303, 404)


async def test_every_icon_that_is_named_is_drawn():
    import warnings

    from kam.web.assets import _symbol, used_icons

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert [name for name in used_icons() if not _symbol(name)] == []


async def test_a_database_that_is_down_is_a_page(client, cast, monkeypatch):
    from kam.people.signed_in import SIGNED_IN

    browser = await client(cast.alice)

    async def gone(*_args, **_kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr(SIGNED_IN, "find", gone)
    answer = await browser.get("/people")
    assert answer.status_code == 503
    assert "does not answer" in answer.text


async def test_a_fault_of_ours_has_a_reference_and_no_details(client, cast, monkeypatch):
    from kam.people.pages import people

    browser = await client(cast.alice)

    async def broken(*_args, **_kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(people.ListOf, "respond", broken)
    answer = await browser.get("/people")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "<code>" in answer.text


@pytest.mark.parametrize("setting", [{"KAM_SECURE_COOKIES": "yes"}, {"KAM_ORIGIN": "https://kam.example.com"}])
async def test_cookies_stay_on_tls_when_a_proxy_speaks_it(client, cast, setting, settings_say):
    settings_say(**setting)
    browser = await client(None)
    browser.cookies.clear()
    answer = await browser.get("/sign-in")
    assert "; Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


KEY = "01890a5d-ac96-774b-bcce-b302099a8057"
LATE = {"name": "Acme Next", "notes": "An hour's work\n<b>", "_csrf": "old", "key": KEY}


async def test_a_form_of_ours_that_comes_too_late_keeps_what_was_typed_to_be_sent_again(client, cast):
    browser = await client(cast.alice, proof=False)
    answer = await browser.post("/customers", data=LATE, headers={"origin": "http://kam.test"})
    assert answer.status_code == 403 and "An hour&#39;s work<br>" in answer.text and "<b>" not in answer.text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text.split("<main")[1]))
    assert 'action="/customers"' in answer.text and fields["name"] == "Acme Next"
    assert (await browser.post("/customers", data=fields)).status_code == 303


async def test_what_another_site_sends_is_not_offered_to_be_sent_again(client, cast):
    browser = await client(cast.alice, proof=False)
    for origin in ("http://evil.test", "null", ""):
        answer = await browser.post("/customers", data=LATE, headers={"origin": origin})
        assert answer.status_code == 403 and "Acme Next" not in answer.text


async def test_a_password_is_never_written_on_a_page(client, cast):
    browser = await client(cast.alice, proof=False)
    answer = await browser.post(
        "/settings/password", data={"old": "so-secret", "new": "secret-so"}, headers={"origin": "http://kam.test"}
    )
    assert answer.status_code == 403 and "secret" not in answer.text
