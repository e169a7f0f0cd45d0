"""What is answered before a body is read, and what becomes of the rest of it."""

from __future__ import annotations

import asyncio
import re
import time

import pytest

from kam.clock import now
from kam.people.sessions import open_session
from kam.web import arriving
from kam.web.arriving import Body, answering
from kam.web.csrf import masked, secret_for
from kam.web.limits import Left, NotTaken
from tests.belongings import routes
from tests.clients import application

FORM = (b"content-type", b"application/x-www-form-urlencoded")
PARTS = (b"content-type", b"multipart/form-data; boundary=x")


class Visit:
    """One request put to the application itself; `events` tells in which order it reads and answers."""

    def __init__(
        self, *pieces: bytes | None, path: str = "/preferences", headers: tuple = (), length: int = 99
    ) -> None:
        self.pieces, self.events, self.status, self.body = list(pieces), [], 0, b""
        told = [*headers, (b"host", b"kam.test"), (b"content-length", str(length).encode())]
        self.scope = {
            "type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "scheme": "http", "headers": told, "client": ("127.0.0.1", 1),
            "server": ("kam.test", 80), "asgi": {"version": "3.0"}, "state": {},
        }  # fmt: skip

    async def receive(self):
        self.events.append("read")
        if not self.pieces:
            return {"type": "http.request", "body": b"", "more_body": False}
        piece = self.pieces.pop(0)
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(self, message):
        self.events.append("answer")
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")
        self.headers = dict(message.get("headers", ())) or self.headers

    async def made(self) -> Visit:
        await application()(self.scope, self.receive, self.send)
        return self


@pytest.mark.parametrize(
    "path", [path for path in routes("POST") if path not in ("/preferences", "/sign-in", "/sign-out")]
)
async def test_nobody_is_answered_before_their_body_is_read(db, cast, path):
    known = {"int": "1", "str": "x", "uuid": str(cast.acme)}
    address = re.sub(r"{\w+:(\w+)}", lambda kind: known[kind[1]], path)
    visit = await Visit(b"a=1&" * 100, path=address, headers=(FORM,)).made()
    assert visit.status == 303
    assert visit.events[:2] == ["answer", "answer"]


async def test_another_site_is_answered_before_its_form_is_read(db, cast):
    token = await open_session(cast.alice.id, now=now())
    headers = (FORM, (b"cookie", f"kam_session={token}".encode()), (b"origin", b"https://evil.example"))
    visit = await Visit(f"_csrf={masked(secret_for(token))}&theme=dark".encode(), headers=headers).made()
    assert (visit.status, visit.events[0]) == (403, "answer")
    assert visit.headers[b"connection"] == b"close"


async def test_a_length_beyond_the_limit_is_answered_before_it_is_read(db, cast):
    visit = await Visit(b"a=1&", headers=(FORM,), length=65 * 1024).made()
    assert (visit.status, visit.events[0]) == (413, "answer")


async def test_without_the_token_at_its_beginning_the_rest_of_a_form_is_not_read(db, cast):
    token = await open_session(cast.alice.id, now=now())
    headers = (FORM, (b"cookie", f"kam_session={token}".encode()))
    visit = await Visit(b"theme=dark&", b"a=1", b"a=2", headers=headers).made()
    assert (visit.status, visit.events[:2]) == (403, ["read", "answer"])


async def test_a_file_is_not_taken_before_the_token_is_known(db, cast, monkeypatch):
    token = await open_session(cast.ada.id, now=now())
    headers = (PARTS, (b"cookie", f"kam_session={token}".encode()), (b"origin", b"http://kam.test"))
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\naaaa'
    visit = await Visit(part, b"a" * 1000, path="/imports", headers=headers, length=9_999_999).made()
    assert (visit.status, visit.events[:2]) == (403, ["read", "answer"])


async def test_who_leaves_in_the_middle_is_no_fault(db, cast, capsys):
    visit = await Visit(b"theme=dark", None, headers=(FORM,)).made()
    assert visit.status == 400
    assert capsys.readouterr().err == ""


def _body(*messages, length: bytes = b"1000") -> Body:
    coming = iter(messages)

    async def receive():
        seconds, message = next(coming)
        await asyncio.sleep(seconds)
        return message

    return Body({"headers": [(b"content-length", length)]}, receive)  # type: ignore[typeddict-item]


def _piece(content: bytes, more: bool = True) -> dict:
    return {"type": "http.request", "body": content, "more_body": more}


async def test_a_body_without_progress_ends(monkeypatch):
    monkeypatch.setattr(arriving, "BODY_SECONDS", 0.1)
    body = _body((0, _piece(b"a")), (5, _piece(b"b")))
    with pytest.raises(NotTaken) as slow:
        [piece async for piece in body.pieces()]
    assert slow.value.status == 408


async def test_a_body_that_drips_ends(monkeypatch):
    monkeypatch.setattr(arriving, "BODY_SECONDS", 0.2)
    begun, body = time.monotonic(), _body(*[(0.05, _piece(b"a"))] * 100)
    with pytest.raises(NotTaken):
        [piece async for piece in body.pieces()]
    assert time.monotonic() - begun < 1


async def test_a_slow_body_that_makes_its_pace_is_read(monkeypatch):
    monkeypatch.setattr(arriving, "BODY_SECONDS", 0.1)
    body = _body(*[(0.05, _piece(b"a" * 100))] * 8, (0, _piece(b"", more=False)))
    assert len([piece async for piece in body.pieces()]) == 8


async def test_leaving_is_told():
    with pytest.raises(Left):
        [piece async for piece in _body((0, _piece(b"a")), (0, {"type": "http.disconnect"})).pieces()]


async def test_the_rest_is_taken_in_after_the_answer_and_within_bounds(monkeypatch):
    monkeypatch.setattr(arriving, "REST_BYTES", 1000)
    said = []

    async def send(message):
        said.append(message)

    body = _body(*[(0, _piece(b"a" * 100))] * 50)
    await answering(send, body)({"type": "http.response.body", "body": b"no", "more_body": False})
    assert [(message["body"], message["more_body"]) for message in said] == [(b"no", True), (b"", False)]
    assert body._bytes == 1000
