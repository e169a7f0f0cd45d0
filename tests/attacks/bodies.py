"""Forms that are too large, have too many fields or never end: nobody else waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.attacks.attack import attack, main
from tests.attacks.besieging import Kam, throwing

FORM = "Content-Type: application/x-www-form-urlencoded"


@attack(seconds=4, usual=True)
def forms_just_within_the_limit(kam: Kam) -> Iterator[None]:
    """2 MB in 4,900 fields, again and again, by somebody who is signed in and has the token."""
    body = f"_csrf={kam.token()}".encode() + (b"&abcdefgh=" + b"%41" * 130) * 4_900
    with throwing(kam, lambda kam, stop: _send_whole(kam, body), times=2):
        yield


def _send_whole(kam: Kam, body: bytes) -> None:
    kam.answer(kam.head("POST", "/preferences", FORM, f"Content-Length: {len(body)}", "Connection: close") + body)


if __name__ == "__main__":
    main(__name__)
