"""Reading forms as they arrive: the same fields however they are cut, and never long at once."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam.web.arriving import Body
from kam.web.limits import FORM, UPLOAD, Limits
from kam.web.sent import Sent

URL = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"


def _sent(kind: str, content: bytes, cut: int, limits: Limits = FORM) -> Sent:
    pieces = [content[start : start + cut] for start in range(0, len(content), cut)]

    async def receive():
        piece = pieces.pop(0) if pieces else b""
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    return Sent(kind, Body({"headers": [(b"transfer-encoding", b"chunked")]}, receive), limits)  # type: ignore[typeddict-item]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=9), st.text(max_size=40)), min_size=1), st.integers(1, 50))
async def test_the_same_fields_however_they_are_cut(fields, cut):
    content = urlencode(fields, errors="replace").encode()
    assert await _sent(URL, content, cut).whole() == parse_qsl(content.decode(), keep_blank_values=True)


@given(st.binary(max_size=300), st.integers(1, 40))
async def test_no_bytes_break_the_reading(content, cut):
    for name, value in await _sent(URL, content, cut).whole():
        assert isinstance(name, str) and isinstance(value, str)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5), st.integers(1, 90))
async def test_the_same_parts_however_they_are_cut(texts, cut):
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    content = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="n%d"\r\n\r\n%b\r\n' % (number, text.encode())
        for number, text in enumerate(texts)
    )
    read = await _sent(PARTS, content + b"--x--\r\n", cut).whole()
    assert read == [(f"n{number}", text) for number, text in enumerate(texts)]


async def test_a_file_comes_as_it_was_sent():
    content = bytes(range(256)) * 9_000
    head = b'--x\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\nt\r\n--x\r\nContent-Disposition: form-data; '
    body = head + b'name="f"; filename="\xe9\x92\xa2.csv"\r\n\r\n' + content + b"\r\n--x--\r\n"
    sent = _sent(PARTS, body, 100_000, UPLOAD)
    assert await sent.token() == "t"
    sent.proven = True
    _, (name, file) = await sent.whole()
    assert (name, file.filename, file.rolled_to_disk) == ("f", "钢.csv", True)
    assert await file.read() == content
    await sent.close()
    assert file.file.closed


LARGEST = {
    "escapes": (URL, b"a=" + b"%41" * 690_000),
    "broken escapes": (URL, b"a=" + b"%" * 2_000_000),
    "many fields": (URL, (b"abc=" + b"%E4%BD%A0" * 44 + b"&") * 4_990),
    "plain": (URL, b"a=" + b"a" * 2_000_000),
    "many parts": (PARTS, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 4_990 + b"--x--\r\n"),
    "almost a boundary": (PARTS, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"\r\n--" * 500_000),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "content"), LARGEST.values(), ids=LARGEST)
async def test_the_largest_form_leaves_the_others_their_turn(kind, content):
    """In processor time of this thread, so that what else the machine does is not counted."""
    longest, reading = 0.0, asyncio.create_task(_read(_sent(kind, content, 400_000)))
    while not reading.done():
        begun = time.thread_time()
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - begun)
    await reading
    assert longest < 0.06


async def _read(sent: Sent) -> None:
    try:
        await sent.whole()
    except Exception:
        return
