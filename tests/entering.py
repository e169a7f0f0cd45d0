"""The first sign-in of somebody who was added at the command line: they choose a password of their own."""

from __future__ import annotations

import re

import httpx


def choose_password(browser: httpx.Client, email: str, *, given: str, own: str) -> None:
    """`browser` is signed in afterwards."""
    entered = _send(browser, "/sign-in", email=email, password=given, next="/password")
    assert (entered.status_code, entered.headers.get("location")) == (303, "/password"), entered.text
    chosen = _send(browser, "/password", old=given, new=own, again=own)
    assert chosen.status_code == 303, chosen.text


def _send(browser: httpx.Client, page: str, **data: str) -> httpx.Response:
    proof = re.search(r'name="_csrf" value="([^"]+)"', browser.get(page).text)
    assert proof
    return browser.post(page, data={"_csrf": proof[1], **data})
