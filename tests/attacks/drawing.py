"""PDFs that take minutes, asked for by the dozen and by many clicks: deadlines, other PDFs and pages wait for none."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from tests.attacks.attack import attack, main
from tests.attacks.besieging import Kam, python

ROLE = "administrator"
CLICKS = 14
WITHIN = 65.0  # seconds in which a deadline is settled: the next full minute, and a moment to do it
LANGUAGES = ("en", "zh_Hans")


@attack(seconds=75)
def pdfs_that_take_minutes_while_deadlines_are_due(kam: Kam) -> Iterator[None]:
    """Fourteen clicks for each of fourteen plans of a hundred pages, in two languages."""
    plans = _plans(kam, "fill")
    works = [_asked(kam, plan, language) for plan in plans["huge"] for language in LANGUAGES]
    assert all(len(clicks) == 1 for clicks in works)
    yield
    found = _plans(kam, "settled")
    print(f"  deadlines {len(found['late'])}, the latest settled after {max(found['late']):.1f} s", flush=True)
    print(f"  works {found['works']}", flush=True)
    assert len(found["late"]) > 20 and max(found["late"]) < WITHIN
    assert all("Shorten the longest texts" in message for message in found["failed"])
    _cancelled_at_once(kam, {work for clicks in works for work in clicks})
    assert _drawn(kam, _asked(kam, plans["small"], "en").pop(), 30)
    assert " fault " not in kam.log()


def _asked(kam: Kam, plan: str, language: str) -> set[str]:
    """Where the clicks for one PDF lead."""
    return {_posted(kam, f"/plans/{plan}/documents", language=language) for _ in range(CLICKS)}


def _cancelled_at_once(kam: Kam, works: set[str]) -> None:
    for work in works:
        _posted(kam, f"{work}/cancellation", back="/")
    begun = time.monotonic()
    while set(_plans(kam, "settled")["works"]) & {"waiting", "running"}:
        assert time.monotonic() - begun < 10
    print(f"  all stopped {time.monotonic() - begun:.1f} s after they were cancelled", flush=True)


def _drawn(kam: Kam, work: str, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = kam.answer(kam.head("GET", work, "Accept: application/json", "Connection: close", role=ROLE))
        if b'"state":"done"' in answer:
            return True
        time.sleep(0.5)
    return False


def _posted(kam: Kam, path: str, **said: str) -> str:
    body = urlencode({"_csrf": kam.token(ROLE), **said}).encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    head = kam.head("POST", path, kind, f"Content-Length: {len(body)}", "Connection: close", role=ROLE)
    answer = kam.answer(head + body).decode("utf-8", "replace")
    place = re.search(r"(?im)^location: (\S+)", answer)
    assert place, answer[:400]
    return place[1]


def _plans(kam: Kam, question: str) -> Any:
    return json.loads(python("tests.attacks.plans", str(kam.folder / "data"), question))


if __name__ == "__main__":
    main(__name__)
