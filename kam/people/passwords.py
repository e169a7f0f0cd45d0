"""Passwords: hashed with Argon2, checked without saying whether the person exists."""

from __future__ import annotations

import asyncio
import secrets
from functools import lru_cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kam.errors import Invalid
from kam.language import N_

SHORTEST = 10
LONGEST = 200
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look like another


@lru_cache(maxsize=1)
def _argon2() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _argon2().hash("nobody has this password")


def check(password: str, field: str = "password") -> None:
    """Raises Invalid for a password that is too easily guessed."""
    if len(password) < SHORTEST:
        raise Invalid({field: N_("Please use at least 10 characters; three or four words are easy to remember.")})
    if len(password) > LONGEST:
        raise Invalid({field: N_("Please use at most 200 characters.")})
    if len(set(password)) < 4:
        raise Invalid({field: N_("Please use more different characters.")})


async def hashed(password: str) -> str:
    return await asyncio.to_thread(_argon2().hash, password)


async def verify(password: str, password_hash: str | None) -> bool:
    """Takes as long for an unknown person or one without a password as for a known one."""
    right = await asyncio.to_thread(_argon2().verify, password[:LONGEST], password_hash or _nobodys_hash())
    return right and password_hash is not None


def temporary() -> str:
    """A password that is read aloud once and then changed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
