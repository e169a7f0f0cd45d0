"""Passwords: which ones are taken, and how one that nobody has chosen is made."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence

from kam.errors import Invalid
from kam.language import N_
from kam.people import hashing
from kam.people.hashing import KNOWN, LONGEST

SHORTEST = 10
STRONG = 3  # of zxcvbn's 0 to 4: more than a hundred million guesses
_LOOKED_AT = 72  # characters; what comes later makes no password weaker, and zxcvbn slow
_WORD = 3  # letters: shorter ones are in every password
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look like another
# Used everywhere, but rare or missing in zxcvbn's lists, which know little Chinese: "I love you", "for ever" in digits.
_CUSTOMARY = ("woaini", "wodemima", "nihao", "zhongguo", "5201314", "1314520", "520", "1314")
_SEASONAL = ("winter", "summer", "spring", "autumn", "welcome")
# 2026-11-28, 28.11.2026, 20261128, 11/2026, 2026; day, month and year in whatever order.
_YEAR, _PART = r"(?:19|20)\d\d", r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = re.compile(
    rf"(?<!\d)(?:{_YEAR}(?:[-./年 ]?{_PART}){{0,2}}|(?:{_PART}[-./ ]?){{1,2}}{_YEAR}|(?:{_PART}[-./ ]){{2}}\d\d)(?!\d)"
)
_REPEATED = re.compile(r"(\w{3,}?)[\W_]*\1")
_OURS = ("kam", "key account", "keyaccount", "crm")


async def check(password: str, *, name: str, email: str, stored: str | None = None, field: str = "password") -> None:
    """The one rule for every door. Raises Invalid for what is soon guessed of a person of this name and address, and
    for the password that they have now, whose hash is `stored`."""
    fault = _length(password)
    if not fault:
        with KNOWN.place():
            fault = await KNOWN.run(_strength, password, context(name, email))
            if not fault and stored and await KNOWN.run(hashing.verify_now, password, stored):
                fault = N_("This is the present password. Please choose another one.")
    if fault:
        raise Invalid({field: fault})


async def hashed(password: str) -> str:
    with KNOWN.place():
        return await KNOWN.run(hashing.hash_now, password)


async def verify(password: str, password_hash: str | None) -> bool:
    with KNOWN.place():
        return await KNOWN.run(hashing.verify_now, password, password_hash)


def temporary() -> str:
    """A password that is read aloud once and then changed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def context(name: str, email: str) -> list[str]:
    """What is tried first with this person: their name, their address and each part of them, their company, ours."""
    words = re.findall(r"[^\W_]+", f"{name} {email}".lower())
    local, _, domain = email.lower().partition("@")
    return [*_OURS, name.lower(), "".join(name.lower().split()), email.lower(), local, domain, *words]


def _length(password: str) -> str:
    if len(password) < SHORTEST:
        return N_("Please use at least 10 characters; three or four words are easy to remember.")
    if len(password) > LONGEST:
        return N_("Please use at most 200 characters.")
    return ""


def _strength(password: str, words: list[str]) -> str:
    begun = password[:_LOOKED_AT].lower()
    named = not _stands_without(words, begun)
    weak = _score(begun, [*words, *_CUSTOMARY, *_SEASONAL]) < STRONG or not _stands_without(
        (*_CUSTOMARY, *_SEASONAL), begun
    )
    if named and _score(begun) >= STRONG:
        return N_("Please leave out your name, your e-mail address and the company; these are guessed first.")
    if not named and not weak and (once := _said_once(begun)) != begun and _score(once) < STRONG:
        return N_(
            "Dates, years and what is said twice add nothing. Use three or four words that do not belong together."
        )
    if named or weak:
        return N_(
            "This is among the first passwords that are guessed. Use three or four words that do not belong together."
        )
    return ""


def _stands_without(words: Iterable[str], password: str) -> bool:
    """Whether something is left to guess for somebody who knows these words."""
    rest = password
    for word in sorted(filter(lambda word: len(word) >= _WORD, words), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest == password or _score(rest) >= STRONG - 1


def _said_once(password: str) -> str:
    """What a password has beside dates, years and what it repeats: these are tried with every word."""
    rest = _DATE.sub(" ", password)
    while (shorter := _REPEATED.sub(r"\1", rest)) != rest:
        rest = shorter
    return " ".join(dict.fromkeys(re.findall(r"[^\W_]+", rest)))


def _score(password: str, words: Sequence[str] = ()) -> int:
    from zxcvbn import zxcvbn  # reads its lists of common passwords when it is imported

    return int(zxcvbn(password, user_inputs=list(words))["score"]) if password else 0
