"""Floods of guessed passwords: pages come meanwhile, and whoever knows the password gets in."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from random import randrange
from urllib.parse import urlencode

import httpx

from kam.web.cookies import BROWSER, VISITOR
from kam.web.csrf import masked, secret_for
from tests.attacks.attack import LONGEST_P99, attack, main
from tests.attacks.besieging import ROOT, Kam, throwing
from tests.entering import choose_password

EMAIL, GIVEN, OWN = "victoria@example.com", "kettle mirror otter", "three blind herons"
HERE, ELSEWHERE, FLOOD = "203.0.113.1", "203.0.113.2", "198.51.100.7"


@attack(seconds=4, usual=True)
def from_one_address(kam: Kam) -> Iterator[None]:
    """At her account and at many others, from eight connections at once."""
    known = her_browser(kam)
    with throwing(kam, guessing(lambda: FLOOD), times=8):
        time.sleep(0.5)
        enter(kam, FLOOD, browser=known)
        yield
        enter(kam, FLOOD, browser=known)
        enter(kam, f"203.0.113.{randrange(3, 250)}", browser="")


@attack(seconds=6)
def from_many_addresses(kam: Kam) -> Iterator[None]:
    """Each guess from another network, so that each is looked at as long as there is a place."""
    known = her_browser(kam)
    with throwing(kam, guessing(lambda: f"100.{randrange(256)}.{randrange(256)}.9"), times=8):
        time.sleep(0.5)
        enter(kam, ELSEWHERE, browser=known)
        yield
        enter(kam, ELSEWHERE, browser=known)


def guessing(address: Callable[[], str]) -> Callable[[Kam, object], None]:
    """Throws one guess after another; every second one at her account."""

    def guess(kam: Kam, _stop: object) -> None:
        account = EMAIL if randrange(2) else f"p{randrange(10_000)}@example.com"
        kam.answer(_entry(kam, account, f"guess {randrange(10**9)}", address()))

    return guess


def _entry(kam: Kam, account: str, password: str, address: str, browser: str = "") -> bytes:
    said = {"_csrf": masked(secret_for("somebody")), "email": account, "password": password}
    body = urlencode(said).encode()
    lines = (
        "Content-Type: application/x-www-form-urlencoded",
        f"Cookie: {VISITOR}=somebody; {BROWSER}={browser}",
        f"X-Forwarded-For: {address}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return kam.head("POST", "/sign-in", *lines, role=None) + body


_KNOWN: dict[int, str] = {}


def her_browser(kam: Kam) -> str:
    """What her browser is known by."""
    if kam.port not in _KNOWN:
        _KNOWN[kam.port] = _first_browser(kam)
    return _KNOWN[kam.port]


def _first_browser(kam: Kam) -> str:
    """Of the day when she was added and chose a password."""
    environment = {**os.environ, "KAM_DATA": str(kam.folder / "data")}
    added = [sys.executable, "-m", "kam", "user", "add", EMAIL, "--name", "Victoria", "--password", GIVEN]
    subprocess.run(added, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    with httpx.Client(base_url=f"http://127.0.0.1:{kam.port}", headers={"x-forwarded-for": HERE}) as browser:
        choose_password(browser, EMAIL, given=GIVEN, own=OWN)
        return browser.cookies[BROWSER]


def enter(kam: Kam, address: str, *, browser: str) -> None:
    """She signs in three times; raises AssertionError if she cannot, or mostly has to wait."""
    took = sorted(_seconds(kam, _entry(kam, EMAIL, OWN, address, browser)) for _ in range(3))
    print(f"  she signs in from {address} in {took[1] * 1000:.0f} ms", flush=True)
    assert took[1] < LONGEST_P99, took


def _seconds(kam: Kam, entry: bytes) -> float:
    begun = time.perf_counter()
    answer = kam.answer(entry)
    assert answer.startswith(b"HTTP/1.1 303"), answer
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(__name__)
