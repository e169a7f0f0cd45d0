"""How much anybody may send: what is past a limit is answered with a sentence, before it is read."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from kam.importing.uploading import LARGEST
from kam.web import limits
from kam.web.csrf import masked, secret_for
from tests.belongings import routes

ROOT = Path(__file__).parents[2]
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"accept": "application/json"}


def test_the_readme_prints_the_table():
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", (ROOT / "README.md").read_text(), re.M)
    assert [row for row in rows if row in limits.TABLE] == list(limits.TABLE)
    begun = rows.index(limits.TABLE[0])
    assert rows[begun : begun + len(limits.TABLE)] == list(limits.TABLE)


def test_a_file_may_be_as_large_as_the_import_takes():
    assert limits.UPLOAD.file_bytes == LARGEST


@pytest.mark.parametrize(
    ("signed_in", "field", "status"),
    [
        (False, b"&a=" + b"a" * 63_000, 303),
        (False, b"&a=" + b"a" * 65_536, 413),
        (False, b"&a=1" * 98, 303),
        (False, b"&a=1" * 100, 413),
        (True, b"&a=" + b"a" * 2_000_000, 303),
        (True, b"&a=" + b"a" * 2_097_152, 413),
        (True, b"&a=1" * 4_998, 303),
        (True, b"&a=1" * 5_000, 413),
        (True, b"&" + b"a" * 300, 400),
    ],
)
async def test_a_form_within_the_limits_is_taken_and_one_beyond_is_answered(client, cast, signed_in, field, status):
    browser = await client(cast.alice if signed_in else None)
    answer = await browser.post("/preferences", content=b"theme=dark" + field, headers=FORM)
    assert answer.status_code == status
    if status == 413:
        assert re.search(r"64 KB|100 fields|2 MB|5,000 fields", answer.text)


@pytest.mark.parametrize("hosts", [("kam.test", "kam.test"), ("kam.test", "evil.test")])
async def test_a_request_that_names_two_hosts_is_refused(client, cast, hosts):
    for person in (cast.alice, None):
        browser = await client(person)
        for path in ("/sign-in", "/customers"):
            answer = await browser.get(path, headers=[("host", host) for host in hosts])
            assert answer.status_code == 400 and "names one host; this one names 2" in answer.text


async def test_a_script_is_told_in_its_language(client, cast):
    browser = await client(cast.alice)
    answer = await browser.post(
        "/preferences", content=b"a=1&" * 9_000, headers=FORM | JSON | {"accept-language": "zh-CN"}
    )
    assert answer.status_code == 413
    assert "5,000" in answer.json()["message"]


@pytest.mark.parametrize("query", ["&".join(f"a{n}={n}" for n in range(200)), "&".join(["owner=x"] * 999), "&" * 900])
async def test_many_parameters_are_no_fault(client, cast, query):
    browser = await client(cast.ada)
    for page in ("/customers", "/portfolio", "/portfolio?view=board", "/orders", "/search", "/people"):
        assert (await browser.get(f"{page}{'&' if '?' in page else '?'}{query}")).status_code == 200


@pytest.mark.parametrize("query", ["a=" + "x" * 17_000, "&".join(f"a{n}" for n in range(1001))])
async def test_an_address_beyond_the_limit_is_a_page_that_says_so(client, cast, query):
    answer = await (await client(cast.ada)).get(f"/customers?{query}")
    assert answer.status_code == 414
    assert "16 KB" in answer.text


async def test_an_address_in_a_form_is_no_longer_than_one_in_a_browser(client, cast):
    browser = await client(cast.ada)
    answer = await browser.post("/preferences", data={"theme": "dark", "next": "/customers?" + "a&" * 10_000})
    assert answer.headers["location"] == "/"


def _flash(notes: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(notes).encode()).decode()


HAND_MADE = {
    "no base64": "%%%", "no json": base64.urlsafe_b64encode(b"{").decode(), "a number": _flash(7), "null": _flash(None),
    "numbers": _flash([1, 2]), "a note of numbers": _flash([{"kind": 1, "message": 2, "params": 3}]),
    "no params": _flash([{"kind": "success", "message": "x", "params": None}]),
    "wrong params": _flash([{"kind": "success", "message": "%(a)s", "params": {"b": "x"}}]),
    "numbers to fill in": _flash([{"kind": "success", "message": "%(a)d", "params": {"a": "x"}}]),
    "a place as wide as the memory": _flash([{"kind": "success", "message": "%(a)99999999s", "params": {"a": "x"}}]),
    "places in places": _flash([{"kind": "success", "message": "%(%(a)s)9s", "params": {"a": "x"}}]),
    "a bare percent": _flash([{"kind": "success", "message": "100 %", "params": {"a": "x"}}]),
    "names of ours": _flash([{"kind": "success", "message": "%(message)s", "params": {"message": "x", "self": "y"}}]),
    "nested": base64.urlsafe_b64encode(b"[" * 3_000).decode(), "not ascii": "é" * 9, "long": "A" * 100_000,
    "undo elsewhere": _flash([{"kind": "success", "message": "x", "params": {"undo": "https://evil.example/x"}}]),
}  # fmt: skip


@pytest.mark.parametrize("value", HAND_MADE.values(), ids=HAND_MADE)
async def test_a_hand_made_flash_is_no_fault(client, cast, value):
    browser = await client(cast.alice)
    answer = await browser.get(
        "/people", headers={"cookie": f"{_cookies(browser)}; kam_flash={value}".encode("latin-1")}
    )
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert len(answer.text) < 1_000_000


HEADERS = (
    "accept", "accept-language", "accept-encoding", "content-type", "host", "origin", "referer", "user-agent",
    "x-forwarded-for", "x-forwarded-proto", "forwarded", "x-csrf-token", "sec-fetch-site", "range", "if-none-match",
)  # fmt: skip
COOKIES = ("kam_session", "kam_visitor", "kam_language", "kam_theme", "kam_zone", "kam_browser", "__Host-kam_session")
NONSENSE = ("", "é\xff", "[[", "../../etc/passwd", "Europe", "%(x)s%n", "=;=,;", "9" * 5_000, "\t", "zh;q=x,*;q=nan")


@pytest.mark.parametrize("value", NONSENSE)
async def test_no_header_and_no_cookie_is_a_fault(client, cast, value):
    browser, faults = await client(cast.alice), []
    for name in HEADERS:
        headers = {"accept": "text/html", name: value.encode("latin-1")}
        answers = [await browser.get("/people", headers=headers), await browser.post("/preferences", headers=headers)]
        faults += [name for answer in answers if answer.status_code >= 500]
    for name in COOKIES:
        sent = f"{_cookies(browser)}; {name}={value}".encode("latin-1")
        faults += [
            name
            for path in ("/people", "/sign-in")
            if (await browser.get(path, headers={"cookie": sent})).status_code >= 500
        ]
    assert faults == []


@pytest.mark.parametrize("path", [path for path in routes("GET") if "{" not in path])
async def test_head_is_answered_wherever_get_is(client, cast, path):
    browser = await client(cast.ada)
    got, headed = await browser.get(path), await browser.head(path)
    assert headed.status_code == got.status_code
    assert headed.content == b""
    assert headed.headers["content-type"] == got.headers["content-type"]


async def test_head_of_an_export_does_not_write_it(client, cast):
    headed = await (await client(cast.ada)).head("/customers?format=csv")
    assert headed.status_code == 200
    assert headed.content == b""


async def test_head_of_a_bundle_and_of_nothing(client, cast):
    from kam.web.assets import asset

    browser = await client(None)
    assert (await browser.head(asset("css"))).status_code == 200
    assert (await browser.head("/nowhere")).status_code == (await browser.get("/nowhere")).status_code


def _cookies(browser) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def test_the_token_is_the_first_field_of_every_form():
    """A form that sends it later would be refused. Steps have it in their own `hidden(step, next)`."""
    faults = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for form in re.findall(r'<form [^>]*method="post".*?</form>', path.read_text(), re.S):
            before, *rest = re.split(r"csrf\(\)|hidden\((?!form)", form)
            if not rest or " name=" in before or "hidden(form" in before:
                faults.append(f"{path.name}: {form[:80]}")
    assert faults == []


async def test_a_file_is_taken_only_after_the_token(client, cast):
    token = masked(secret_for((await client(cast.ada)).cookies["kam_session"]))
    browser = await client(cast.ada, proof=False)
    token = masked(secret_for(browser.cookies["kam_session"]))
    file = ("file", ("a.csv", b"name\nAcme\n", "text/csv"))
    kind, proof = ("kind", (None, "customers")), ("_csrf", (None, token))
    assert (await browser.post("/imports", files=[proof, kind, file])).status_code == 303
    assert (await browser.post("/imports", files=[file, proof, kind])).status_code == 403
    assert (await browser.post("/imports", files=[("_csrf", (None, "wrong")), kind, file])).status_code == 403


async def test_a_file_is_taken_only_where_files_are(client, cast):
    browser = await client(cast.ada)
    answer = await browser.post("/preferences", files={"theme": ("a.csv", b"x" * 10, "text/csv")})
    assert answer.status_code == 413
    assert "No file is taken here" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n",
        b"--y\r\n\r\n--y--",
        b"--x\r\n" + b"a" * 9_000,
    ],
)
async def test_a_garbled_form_with_parts_is_explained(client, cast, body):
    browser = await client(cast.ada)
    answer = await browser.post(
        "/preferences", content=body, headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code in (400, 413)
    assert "<h1" in answer.text
